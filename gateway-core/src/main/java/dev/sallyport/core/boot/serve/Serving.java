package dev.sallyport.core.boot.serve;

import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Exit;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An edge in the foreground, until a signal ends it. */
final class Serving {
    private static final Logger log = LoggerFactory.getLogger(Serving.class);

    /** Added to the number of a signal, as shells do. */
    private static final int BY_SIGNAL = 128;

    private final Edge edge;
    private final CountDownLatch ending = new CountDownLatch(1);

    private Serving(Edge edge) {
        this.edge = edge;
    }

    /** Serves until SIGTERM or SIGINT, drains, and returns the exit code. */
    static int untilEnded(Edge edge) throws InterruptedException {
        Serving serving = new Serving(edge);
        Signals.handle("TERM", serving::end);
        Signals.handle("INT", serving::end);
        Signals.handle("HUP", serving::reload);
        serving.ending.await();
        edge.close();
        return Exit.OK;
    }

    private void end(String name, int number) {
        if (ending.getCount() == 0) {
            log.warn("edge ends at once, second signal name=SIG{}", name);
            Runtime.getRuntime().halt(BY_SIGNAL + number);
        }
        log.info("edge drains, signal name=SIG{}", name);
        ending.countDown();
    }

    private void reload(String name, int number) {
        log.info("configuration read again, signal name=SIG{}", name);
        edge.reopenLogs();
        edge.reload();
    }
}
