package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.patience.Sleeper;
import dev.sallyport.core.upstream.Endpoint;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks one endpoint again and again and tells it how it is. Runs on a thread of its own until it
 * is interrupted.
 */
final class HealthWatch implements UpstreamCare.Watch {
    private static final Logger log = LoggerFactory.getLogger(HealthWatch.class);

    /** Why a new endpoint is not used yet. */
    static final String NOT_CHECKED = "not checked yet";

    private final String upstream;
    private final Endpoint endpoint;
    private final HealthCheck check;
    private final HealthCount count;
    private final Sleeper sleeper;
    private final RandomGenerator jitter;
    private final CountDownLatch firstCheck = new CountDownLatch(1);
    private volatile long failures;
    private Runnable onHealthy = () -> {};

    HealthWatch(
            String upstream,
            Endpoint endpoint,
            Upstream.Health settings,
            HealthCheck check,
            CareTools tools) {
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.check = check;
        this.count = new HealthCount(settings, endpoint.isHealthy());
        this.sleeper = tools.sleeper();
        this.jitter = tools.jitter();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String problem = check.run(endpoint);
                if (Thread.currentThread().isInterrupted()) {
                    return; // the check was cut off and says nothing
                }
                if (!HealthCheck.NO_SOCKET.equals(problem)) {
                    take(problem);
                }
                firstCheck.countDown();
                sleeper.sleep(count.pause(jitter));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("endpoint no longer checked upstream={} endpoint={}", upstream, endpoint, e);
        } finally {
            firstCheck.countDown();
        }
    }

    @Override
    public void onHealthy(Runnable listener) {
        onHealthy = listener;
    }

    @Override
    public CountDownLatch firstCheck() {
        return firstCheck;
    }

    @Override
    public long failures() {
        return failures;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
    private void take(@Nullable String problem) {
        boolean isFirst = firstCheck.getCount() > 0;
        boolean before = endpoint.isHealthy();
        if (problem != null) {
            failures++;
        }
        count.add(problem == null);
        boolean now = count.isHealthy();
        endpoint.healthy(now, problem);
        if (now && !before) {
            onHealthy.run();
            log.info("endpoint healthy upstream={} endpoint={}", upstream, endpoint);
        } else if (!now && (before || isFirst)) {
            log.warn(
                    "endpoint unhealthy upstream={} endpoint={} reason={}",
                    upstream,
                    endpoint,
                    problem);
        }
    }
}
