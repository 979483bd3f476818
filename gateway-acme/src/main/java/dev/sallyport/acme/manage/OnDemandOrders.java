package dev.sallyport.acme.manage;

import dev.sallyport.acme.ondemand.Orders;
import java.util.List;

/** Has certificates on demand looked after beside all others. */
public final class OnDemandOrders implements Orders {
    private final AcmeCertificates certificates;

    public OnDemandOrders(AcmeCertificates certificates) {
        this.certificates = certificates;
    }

    @Override
    public boolean isOwner() {
        synchronized (certificates) {
            return certificates.isOwner();
        }
    }

    @Override
    public Progress take(String name) {
        var spec = CertificateSpec.of(List.of(name));
        synchronized (certificates) {
            var known = certificates.managed().get(spec.id());
            var certificate = known == null ? certificates.add(spec) : known;
            var now = certificates.parts().clock().instant();
            var served = certificate.material();
            if (served != null && served.notAfter().isAfter(now)) {
                return Progress.SERVED;
            }
            return certificate.isBusy() || !certificate.renewAt().isAfter(now)
                    ? Progress.UNDER_WAY
                    : Progress.FAILED;
        }
    }

    @Override
    public void drop(String name) {
        certificates.drop(CertificateSpec.of(List.of(name)));
    }
}
