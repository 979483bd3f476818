package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.OpenSsl;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.issue.AcmePort;
import dev.sallyport.acme.issue.CaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An authority that keeps to the protocol, asks for no proof, and may lie in what it issues, as no
 * real one can be made to. What it issues is signed by openssl.
 */
final class SigningAuthority implements AcmePort {
    static final String ACCOUNT = "https://ca.example/account/1";

    /** What is wrong with a certificate. */
    enum Lie {
        NONE("DNS:shop.example"),
        KEY("DNS:shop.example"),
        NAME("DNS:other.example"),
        ONE_NAME_MORE("DNS:shop.example,DNS:other.example"),
        AUTHORITY("DNS:shop.example\nbasicConstraints=critical,CA:TRUE"),
        CLIENT("DNS:shop.example\nextendedKeyUsage=clientAuth"),
        ORDER_OF_CHAIN("DNS:shop.example");

        private final String extensions;

        Lie(String extensions) {
            this.extensions = extensions;
        }
    }

    private final Path folder;
    private final Map<String, List<X509Certificate>> issued = new HashMap<>();
    private final Map<String, List<String>> names = new HashMap<>();

    /** What was ordered, the first first. */
    final List<Request> orders = new ArrayList<>();

    /** What becomes of the next certificates; those after them are good. */
    final Deque<Lie> lies = new ArrayDeque<>();

    /** Fails the next orders, one each. */
    final Deque<CaException> refusals = new ArrayDeque<>();

    /** Holds orders back while it is not open. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    int certificates;
    int asked;
    private @Nullable RenewalWindow window;
    private @Nullable CaException noWindow;

    private SigningAuthority(Path folder) {
        this.folder = folder;
    }

    static SigningAuthority create(Path folder) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("ca.cnf"),
                "basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n");
        key(folder, "root");
        OpenSsl.run(
                folder, words("req -x509 -key root.key -subj /CN=Root -days 4000 -out root.pem"));
        key(folder, "ca");
        OpenSsl.run(folder, words("req -new -key ca.key -subj /CN=Issuer -out ca.csr"));
        OpenSsl.run(
                folder,
                words(
                        "x509 -req -in ca.csr -CA root.pem -CAkey root.key -days 3000 -extfile"
                                + " ca.cnf -out ca.pem"));
        key(folder, "other");
        OpenSsl.run(
                folder,
                words(
                        "req -new -key other.key -subj /CN=other -addext"
                                + " subjectAltName=DNS:shop.example -outform DER -out other.csr"));
        return new SigningAuthority(folder);
    }

    private static void key(Path folder, String name) throws Exception {
        OpenSsl.run(
                folder,
                words(
                        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "
                                + name
                                + ".key"));
    }

    private static String[] words(String text) {
        return text.split(" ", -1);
    }

    /** What it says of renewals from now on. */
    void window(Instant start, Instant end) {
        window = new RenewalWindow(start, end, null, null);
        noWindow = null;
    }

    void noWindow(CaException failure) {
        noWindow = failure;
    }

    @Override
    public synchronized Terms terms() {
        asked++;
        return new Terms(List.of(), true, false, List.of());
    }

    @Override
    public synchronized String openAccount(KeyPair key) {
        return ACCOUNT;
    }

    @Override
    public Order newOrder(Account account, Request request) throws CaException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaException(CaException.Kind.LOCAL, "interrupted");
        }
        return take(account, request);
    }

    private synchronized Order take(Account account, Request request) throws CaException {
        orders.add(request);
        var refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        var url = "https://ca.example/order/" + orders.size();
        names.put(url, request.names());
        return order(account, url);
    }

    @Override
    public synchronized Order order(Account account, String url) {
        boolean isDone = issued.containsKey(url);
        return new Order(
                url,
                isDone ? "valid" : "ready",
                Objects.requireNonNull(names.get(url)),
                List.of(),
                url + "/complete",
                isDone ? url : null,
                null,
                null);
    }

    @Override
    public Authorization authorization(Account account, String url) {
        throw new AssertionError("nothing is to be proven: " + url);
    }

    @Override
    public void trigger(Account account, String challenge) {
        throw new AssertionError("nothing is to be proven: " + challenge);
    }

    @Override
    public synchronized Order complete(Account account, Order order, byte[] request)
            throws CaException {
        var next = lies.poll();
        try {
            issued.put(order.url(), sign(request, next == null ? Lie.NONE : next));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        certificates++;
        return order(account, order.url());
    }

    private List<X509Certificate> sign(byte[] request, Lie lie) throws Exception {
        var csr = folder.resolve("leaf.csr");
        Files.write(
                csr, lie == Lie.KEY ? Files.readAllBytes(folder.resolve("other.csr")) : request);
        Files.writeString(
                folder.resolve("leaf.cnf"),
                "subjectAltName=critical," + lie.extensions + "\nauthorityKeyIdentifier=keyid\n");
        OpenSsl.run(
                folder,
                words(
                        "x509 -req -inform DER -in leaf.csr -CA ca.pem -CAkey ca.key -days 90"
                                + " -extfile leaf.cnf -out leaf.pem"));
        var leaf = Pem.certificates(folder.resolve("leaf.pem")).getFirst();
        var issuer = Pem.certificates(folder.resolve("ca.pem")).getFirst();
        var root = Pem.certificates(folder.resolve("root.pem")).getFirst();
        return lie == Lie.ORDER_OF_CHAIN
                ? List.of(leaf, root, issuer)
                : List.of(leaf, issuer, root);
    }

    @Override
    public synchronized List<List<X509Certificate>> chains(
            Account account, String certificate, boolean withAlternates) {
        return List.of(Objects.requireNonNull(issued.get(certificate)));
    }

    @Override
    public void revoke(
            @Nullable Account account, KeyPair certificateKey, X509Certificate leaf, int reason) {
        throw new AssertionError("nothing is to be revoked");
    }

    @Override
    public synchronized RenewalWindow renewalInfo(String renewalId) throws CaException {
        var failure = noWindow;
        if (failure != null) {
            throw failure;
        }
        var offered = window;
        if (offered == null) {
            throw new CaException(CaException.Kind.ORDER, "notFound: no such certificate");
        }
        return offered;
    }
}
