package dev.sallyport.core.upstream.care;

import dev.sallyport.config.check.AddressPolicy;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.config.patience.Sleeper;
import dev.sallyport.core.upstream.care.Lookup.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one name of an upstream in one family: asks when the last answer has run out, judges each
 * address, and hands the good ones on. Runs on a thread of its own until it is interrupted.
 */
final class NameWatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(NameWatch.class);

    /** More addresses than this help nobody, and an answer may come from a stranger. */
    static final int MOST_ADDRESSES = 64;

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private final Subject subject;
    private final Names names;
    private final AddressPolicy policy;
    private final BiConsumer<Subject, List<InetAddress>> resolved;
    private final Sleeper sleeper;
    private final CountDownLatch firstAnswer = new CountDownLatch(1);
    private volatile State state = new State(List.of(), List.of(), null, 0, 0);

    /** What is watched: a name in its place among the endpoints of an upstream. */
    record Subject(String upstream, int index, String name, Family family) {}

    /** What is known at a moment; replaced as a whole. */
    record State(
            List<InetAddress> addresses,
            List<InetAddress> refused,
            @Nullable String problem,
            long refusals,
            long failures) {}

    /** {@code resolved} takes the good addresses, each time, in their order. */
    NameWatch(
            Subject subject,
            CareTools tools,
            AddressPolicy policy,
            BiConsumer<Subject, List<InetAddress>> resolved) {
        this.subject = subject;
        this.names = tools.names();
        this.policy = policy;
        this.resolved = resolved;
        this.sleeper = tools.sleeper();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Names.Resolution resolution = names.resolve(subject.name(), subject.family());
                take(resolution);
                firstAnswer.countDown();
                Duration again = resolution.again();
                sleeper.sleep(again.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : again);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("name no longer followed name={}", subject.name(), e);
        } finally {
            firstAnswer.countDown();
        }
    }

    CountDownLatch firstAnswer() {
        return firstAnswer;
    }

    Subject subject() {
        return subject;
    }

    State state() {
        return state;
    }

    private void take(Names.Resolution resolution) {
        // Sorted, so that servers which turn their answers round change nothing.
        var sorted =
                new TreeSet<>(
                        Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned));
        sorted.addAll(resolution.addresses());
        List<InetAddress> good = new ArrayList<>();
        List<InetAddress> refused = new ArrayList<>();
        for (InetAddress address : sorted) {
            String refusal = refusal(address);
            if (refusal != null) {
                refused.add(address);
                if (!state.refused().contains(address)) {
                    log.warn(
                            "address refused upstream={} name={} address={} reason={}",
                            subject.upstream(),
                            subject.name(),
                            text(address),
                            refusal);
                }
            } else if (good.size() < MOST_ADDRESSES) {
                good.add(address);
            }
        }
        State before = state;
        state =
                new State(
                        List.copyOf(good),
                        List.copyOf(refused),
                        resolution.problem(),
                        before.refusals() + refused.size(),
                        before.failures() + (resolution.hasFailed() ? 1 : 0));
        say(before, resolution);
        resolved.accept(subject, state.addresses());
    }

    private @Nullable String refusal(InetAddress address) {
        String refusal = policy.refusal(address);
        // Half of the world has no IPv6 but its names do: every other request would fail first.
        return refusal == null && subject.family() == Family.V6 && !hasRoute(address)
                ? "no route"
                : refusal;
    }

    /** Asks the kernel by connecting a datagram socket, which sends nothing. */
    private static boolean hasRoute(InetAddress address) {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(address, 9));
            return true;
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    private void say(State before, Names.Resolution resolution) {
        State now = state;
        if (!now.addresses().equals(before.addresses())) {
            log.info(
                    "name resolved upstream={} name={} family={} addresses={}",
                    subject.upstream(),
                    subject.name(),
                    subject.family(),
                    now.addresses().stream().map(NameWatch::text).toList());
        }
        if (resolution.hasFailed() && !Objects.equals(now.problem(), before.problem())) {
            log.warn(
                    "name not resolved upstream={} name={} family={} reason={} kept={}",
                    subject.upstream(),
                    subject.name(),
                    subject.family(),
                    now.problem(),
                    now.addresses().size());
        }
    }

    private static String text(InetAddress address) {
        return IpAddress.format(address.getAddress());
    }
}
