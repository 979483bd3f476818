package dev.sallyport.core.upstream.care;

import dev.sallyport.config.patience.Pause;
import dev.sallyport.config.patience.Sleeper;
import dev.sallyport.core.upstream.Endpoint;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a new endpoint takes connections, and then lets it be used: a container that has
 * started is not yet a server that listens. Ends with its first success.
 */
final class ReadyWatch implements UpstreamCare.Watch {
    private static final Logger log = LoggerFactory.getLogger(ReadyWatch.class);

    private static final Duration SHORTEST = Duration.ofMillis(2);
    private static final Duration LONGEST = Duration.ofMillis(250);

    private final String upstream;
    private final Endpoint endpoint;
    private final HealthCheck check;
    private final Sleeper sleeper;
    private final CountDownLatch firstCheck = new CountDownLatch(1);
    private volatile long failures;
    private Runnable onHealthy = () -> {};

    ReadyWatch(String upstream, Endpoint endpoint, HealthCheck check, CareTools tools) {
        this.upstream = upstream;
        this.endpoint = endpoint;
        this.check = check;
        this.sleeper = tools.sleeper();
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

    @Override
    public void run() {
        Duration wait = SHORTEST;
        try {
            while (!Thread.currentThread().isInterrupted() && !isReady()) {
                firstCheck.countDown();
                sleeper.sleep(wait);
                wait = Pause.longer(wait, LONGEST);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            firstCheck.countDown();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes
    private boolean isReady() {
        if (endpoint.isHealthy()) {
            return true;
        }
        @Nullable String problem = check.run(endpoint);
        if (Thread.currentThread().isInterrupted()) {
            return false; // the check was cut off and says nothing
        }
        if (problem != null) {
            failures++;
            endpoint.healthy(false, problem);
            return false;
        }
        endpoint.healthy(true, null);
        log.info("endpoint ready upstream={} endpoint={}", upstream, endpoint);
        onHealthy.run();
        return true;
    }
}
