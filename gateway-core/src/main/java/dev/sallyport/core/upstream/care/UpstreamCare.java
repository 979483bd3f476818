package dev.sallyport.core.upstream.care;

import dev.sallyport.config.check.AddressPolicy;
import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.care.Lookup.Family;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one upstream: follows the names of its endpoints and checks their health.
 *
 * <p>Where checks are configured, a new endpoint is used only after its first good one, unless the
 * upstream it replaces knew the same address as healthy.
 */
public final class UpstreamCare {
    private final Upstream settings;
    private final HttpUpstream live;
    private final CareTools tools;
    private final @Nullable HealthCheck check;
    private final EndpointSet endpoints;
    private final List<NameWatch> names = new ArrayList<>();
    private final List<Thread> nameThreads = new ArrayList<>();
    private final Map<Endpoint, Checked> checked = new LinkedHashMap<>();
    private volatile Set<Identity> knownHealthy = Set.of();
    private boolean isRunning;

    private UpstreamCare(Upstream settings, HttpUpstream live, CareTools tools) {
        this.settings = settings;
        this.live = live;
        this.tools = tools;
        this.check = check(settings, live);
        this.endpoints =
                new EndpointSet(live, settings.endpoints(), tools.unixAddress(), this::newcomer);
        AddressPolicy policy = AddressPolicy.of(settings.allowedNetworks());
        for (int i = 0; i < settings.endpoints().size(); i++) {
            String name = EndpointSet.name(settings.endpoints().get(i).address());
            if (name != null) {
                for (Family family : Family.values()) {
                    var subject = new NameWatch.Subject(settings.name(), i, name, family);
                    names.add(new NameWatch(subject, tools, policy, this::resolved));
                }
            }
        }
    }

    /**
     * Gives {@code live} the endpoints whose addresses are fixed; nothing is asked or checked yet.
     *
     * @throws IllegalArgumentException when what the settings name cannot be used
     */
    public static UpstreamCare create(Upstream settings, HttpUpstream live, CareTools tools) {
        return new UpstreamCare(settings, live, tools);
    }

    /** The names that an upstream needs resolved. */
    public static Set<String> names(Upstream settings) {
        Set<String> names = new HashSet<>();
        for (Upstream.Endpoint endpoint : settings.endpoints()) {
            String name = EndpointSet.name(endpoint.address());
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    /** Starts; {@code replaced} is the upstream of this name until now. */
    public void begin(@Nullable HttpUpstream replaced) {
        if (replaced != null) {
            Set<Identity> healthy = new HashSet<>();
            for (Endpoint endpoint : replaced.endpoints()) {
                if (endpoint.isHealthy()) {
                    healthy.add(Identity.of(endpoint));
                }
            }
            knownHealthy = healthy;
        }
        for (Endpoint endpoint : endpoints.all()) {
            newcomer(endpoint);
        }
        synchronized (this) {
            isRunning = true;
            followEndpoints();
            for (NameWatch watch : names) {
                nameThreads.add(
                        Thread.ofVirtual().name("resolve-" + watch.subject().name()).start(watch));
            }
        }
    }

    /**
     * Waits until each name was answered and each endpoint checked once, or the time of {@link
     * System#nanoTime} has come.
     */
    public void awaitFirst(long deadline) throws InterruptedException {
        for (NameWatch watch : names) {
            await(watch.firstAnswer(), deadline);
        }
        List<Checked> first;
        synchronized (this) {
            first = List.copyOf(checked.values());
        }
        for (Checked each : first) {
            await(each.watch().firstCheck(), deadline);
        }
    }

    private static void await(CountDownLatch latch, long deadline) throws InterruptedException {
        // Late is late: the watch goes on, and whoever waits goes on without it.
        boolean _ = latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Other endpoints of an upstream whose endpoints come and go. */
    public void update(Upstream next) {
        endpoints.declare(next.endpoints());
        synchronized (this) {
            followEndpoints();
        }
    }

    /** Ends; the endpoints stay as they are. */
    public void end() {
        endpoints.close();
        synchronized (this) {
            isRunning = false;
            nameThreads.forEach(Thread::interrupt);
            nameThreads.clear();
            checked.values().forEach(each -> each.thread().interrupt());
            checked.clear();
        }
    }

    /** How it stands. */
    public CareStatus status() {
        List<CareStatus.Name> states = new ArrayList<>();
        long refusals = 0;
        long failures = 0;
        for (NameWatch watch : names) {
            NameWatch.State state = watch.state();
            refusals += state.refusals();
            failures += state.failures();
            states.add(
                    new CareStatus.Name(
                            watch.subject().name(),
                            watch.subject().family().name().toLowerCase(Locale.ROOT),
                            texts(state.addresses()),
                            texts(state.refused()),
                            state.problem()));
        }
        long failedChecks = 0;
        synchronized (this) {
            for (Checked each : checked.values()) {
                failedChecks += each.watch().failures();
            }
        }
        return new CareStatus(states, refusals, failures, failedChecks);
    }

    private static List<String> texts(List<InetAddress> addresses) {
        return addresses.stream().map(a -> IpAddress.format(a.getAddress())).toList();
    }

    private static @Nullable HealthCheck check(Upstream settings, HttpUpstream live) {
        if (settings.health() == null) {
            return Upstream.isFound(settings.name()) ? HealthCheck.ofConnecting() : null;
        }
        Endpoint.Tls tls = live.settings().tls();
        boolean hasTls =
                settings.endpoints().stream()
                        .anyMatch(each -> EndpointAddress.isTls(each.address()));
        return new HealthCheck(
                settings.health(),
                settings.protocol(),
                hasTls && tls != null ? CheckTls.create(settings, tls::context) : null);
    }

    /** A new endpoint waits for its first good check, before the upstream sees it. */
    private void newcomer(Endpoint endpoint) {
        if (check != null) {
            boolean isKnown = knownHealthy.contains(Identity.of(endpoint));
            endpoint.healthy(isKnown, isKnown ? null : HealthWatch.NOT_CHECKED);
        }
    }

    private void resolved(NameWatch.Subject subject, List<InetAddress> addresses) {
        if (endpoints.put(subject.index(), subject.family(), addresses)) {
            synchronized (this) {
                followEndpoints();
            }
        }
    }

    /** Checks the endpoints there are, and no others. */
    private void followEndpoints() {
        HealthCheck by = check;
        Upstream.Health health = settings.health();
        if (!isRunning || by == null) {
            return;
        }
        Set<Endpoint> present = new HashSet<>(endpoints.all());
        checked.entrySet()
                .removeIf(each -> {
                    boolean isGone = !present.contains(each.getKey());
                    if (isGone) {
                        each.getValue().thread().interrupt();
                    }
                    return isGone;
                });
        for (Endpoint endpoint : present) {
            if (!checked.containsKey(endpoint)) {
                Watch watch =
                        health == null
                                ? new ReadyWatch(settings.name(), endpoint, by, tools)
                                : new HealthWatch(settings.name(), endpoint, health, by, tools);
                watch.onHealthy(live::wake);
                Thread thread = Thread.ofVirtual().name("check-" + endpoint).start(watch);
                checked.put(endpoint, new Checked(watch, thread));
            }
        }
    }

    private record Checked(Watch watch, Thread thread) {}

    /** Looks at one endpoint, on a thread of its own. */
    interface Watch extends Runnable {
        /** Tells whenever the endpoint has become one to use. */
        void onHealthy(Runnable listener);

        CountDownLatch firstCheck();

        /** Checks that went wrong. */
        long failures();
    }

    /** What makes two endpoints the same to a health check. */
    private record Identity(SocketAddress address, String host, boolean isTls) {
        static Identity of(Endpoint endpoint) {
            return new Identity(endpoint.address(), endpoint.host(), endpoint.isTls());
        }
    }
}
