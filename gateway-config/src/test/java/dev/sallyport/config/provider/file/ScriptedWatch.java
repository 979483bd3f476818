package dev.sallyport.config.provider.file;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Does what the script says while it is waited on; at its end it interrupts. */
final class ScriptedWatch implements ChangeWatch {
    /** One step of a script. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private final Deque<Step> waits = new ArrayDeque<>();
    private final Deque<Step> rests = new ArrayDeque<>();
    Set<Path> followed = Set.of();
    int rested;
    boolean closed;

    ScriptedWatch onWait(Step step) {
        waits.add(step);
        return this;
    }

    ScriptedWatch onRest(Step step) {
        rests.add(step);
        return this;
    }

    @Override
    public void follow(Set<Path> paths) {
        followed = paths;
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        var step = waits.poll();
        if (step == null) {
            throw new InterruptedException("end of script");
        }
        run(step);
    }

    @Override
    public void rest(Duration time) {
        rested++;
        var step = rests.poll();
        if (step != null) {
            run(step);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
