package dev.sallyport.core.docker;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** A neighbour of an engine's host: a namespace of its own with a wire to it, and routes by it. */
final class Lan implements AutoCloseable {
    /** The host's addresses on the wire. */
    static final String HOST = "198.18.0.1";

    static final String HOST6 = "fd00:5a11::1";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 50_000_000;

    private final String namespace;

    private Lan(String namespace) {
        this.namespace = namespace;
    }

    static Lan beside(RealEngine engine) throws IOException, InterruptedException {
        String mark = UUID.randomUUID().toString().substring(0, 8);
        String host = engine.namespace();
        Lan lan = new Lan("sl-" + mark);
        ip("netns", "add", lan.namespace);
        ip(
                "link",
                "add",
                "h" + mark,
                "netns",
                host,
                "type",
                "veth",
                "peer",
                "name",
                "l" + mark,
                "netns",
                lan.namespace);
        lan.address(host, "h" + mark, HOST + "/24", HOST6 + "/64");
        lan.address(lan.namespace, "l" + mark, "198.18.0.2/24", "fd00:5a11::2/64");
        ip("-n", lan.namespace, "link", "set", "lo", "up");
        ip("-n", lan.namespace, "route", "add", "default", "via", HOST);
        return lan;
    }

    private void address(String space, String wire, String ip4, String ip6)
            throws IOException, InterruptedException {
        ip("-n", space, "address", "add", ip4, "dev", wire);
        ip("-n", space, "address", "add", ip6, "dev", wire, "nodad");
        ip("-n", space, "link", "set", wire, "up");
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        RealEngine.run(command);
    }

    /** Asks for a page once. */
    boolean reaches(String authority) throws InterruptedException {
        try {
            return RealEngine.run(
                            List.of(
                                    "nsenter",
                                    "--net=/run/netns/" + namespace,
                                    "curl",
                                    "-gsS",
                                    "--noproxy",
                                    "*",
                                    "--connect-timeout",
                                    "1",
                                    "--max-time",
                                    "20",
                                    "http://" + authority + "/"))
                    .equals("hello");
        } catch (IOException _) {
            return false;
        }
    }

    /** Asks until the page is there. */
    boolean comesToReach(String authority) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reaches(authority)) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    @Override
    public void close() {
        try {
            ip("netns", "delete", namespace);
        } catch (IOException e) {
            throw new IllegalStateException("namespace not ended", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
