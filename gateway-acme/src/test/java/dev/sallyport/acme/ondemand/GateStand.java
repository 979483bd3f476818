package dev.sallyport.acme.ondemand;

import dev.sallyport.acme.certificate.CertificateDemand;
import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.MovedClock;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A gate with its attendant, a clock that stands still, and orders that a test ends. */
final class GateStand implements AutoCloseable {
    static final String ROUTES =
            """
            routes:
              shops: {host: ["*.shop.example.com", "*.more.example.com"], respond: 200}
            listeners:
              secure: {address: "127.0.0.1:0", tls: {}}
            """;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final MovedClock clock;
    final CertificateStore store;
    final FakeOrders orders;
    final OnDemandGate gate;
    final AtomicInteger answered = new AtomicInteger();
    private final Path folder;
    private final Thread attendant;

    private GateStand(Path folder, String onDemand, MovedClock clock) throws Exception {
        this.folder = folder;
        this.clock = clock;
        store = new CertificateStore(clock);
        orders = new FakeOrders(store, InternalCa.create(clock, new SecureRandom()));
        gate = new OnDemandGate(new AcmeFolder(folder.resolve("acme")), store, clock);
        serve("acme: {on-demand: {" + onDemand + "}}\n" + ROUTES);
        attendant = Thread.ofVirtual().start(gate.attendant(orders));
        await(() -> store.demand() != null);
    }

    static GateStand start(Path folder, String onDemand) throws Exception {
        return new GateStand(folder, onDemand, new MovedClock());
    }

    /** Ends this one and starts another on the same folder, at the same time. */
    GateStand restart(String onDemand) throws Exception {
        close();
        return new GateStand(folder, onDemand, clock);
    }

    List<String> serve(String yaml) throws Exception {
        return serve(yaml, Set.of());
    }

    List<String> serve(String yaml, Set<String> obtained) throws Exception {
        var names = gate.serve(config(yaml), obtained);
        gate.settled();
        return names;
    }

    private GatewayConfig config(String yaml) throws Exception {
        var file = Files.writeString(folder.resolve("sallyport.yaml"), yaml);
        var reading =
                new ConfigReader(FilterTypes.of(List.of()), _ -> null)
                        .read(ConfigFiles.load(file).root());
        return Objects.requireNonNull(reading.config(), reading.problems()::toString);
    }

    CertificateDemand.@Nullable Waiting want(String name) {
        return want(name, "192.0.2.1");
    }

    CertificateDemand.@Nullable Waiting want(String name, String client) {
        return gate.want(name, InetAddress.ofLiteral(client), answered::incrementAndGet);
    }

    /** Wants it, and waits until it is answered. */
    void wantUntilAnswered(String name) {
        wantUntilAnswered(name, "192.0.2.1");
    }

    void wantUntilAnswered(String name, String client) {
        int before = answered.get();
        if (want(name, client) != null) {
            await(() -> answered.get() > before);
        }
    }

    long count(Decision decision) {
        var counts = new java.util.HashMap<String, Long>();
        gate.decisions(counts::put);
        return Objects.requireNonNull(counts.get(decision.word()));
    }

    void await(BooleanSupplier met) {
        long start = System.nanoTime();
        while (!met.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError(
                        "taken " + orders.taken + ", answered " + answered + ", " + gate.tree());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        attendant.interrupt();
        await(() -> !attendant.isAlive());
        gate.close();
    }
}
