package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Orders that end when a test says so. */
final class FakeOrders implements Orders {
    final List<String> taken = new CopyOnWriteArrayList<>();
    final List<String> dropped = new CopyOnWriteArrayList<>();
    final Set<String> failed = ConcurrentHashMap.newKeySet();
    volatile boolean owner = true;
    private final CertificateStore store;
    private final InternalCa ca;
    private final List<KeyMaterial> issued = new ArrayList<>();

    FakeOrders(CertificateStore store, InternalCa ca) {
        this.store = store;
        this.ca = ca;
    }

    /** Ends one well. */
    void issue(String name) throws Exception {
        issued.add(ca.issue(List.of(name)));
        store.publish("acme", issued);
    }

    @Override
    public boolean isOwner() {
        return owner;
    }

    @Override
    public Progress take(String name) {
        if (failed.contains(name)) {
            return Progress.FAILED;
        }
        taken.add(name);
        return store.find(name) == null ? Progress.UNDER_WAY : Progress.SERVED;
    }

    @Override
    public void drop(String name) {
        dropped.add(name);
    }
}
