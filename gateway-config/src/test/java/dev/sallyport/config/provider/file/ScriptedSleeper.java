package dev.sallyport.config.provider.file;

import dev.sallyport.config.patience.Sleeper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Does what the script says while time would pass; at the end of the looks it interrupts. */
final class ScriptedSleeper implements Sleeper {
    /** One step of a script. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    private final Deque<Step> looks = new ArrayDeque<>();
    private final Deque<Step> rests = new ArrayDeque<>();
    int rested;

    ScriptedSleeper onLook(Step step) {
        looks.add(step);
        return this;
    }

    ScriptedSleeper onRest(Step step) {
        rests.add(step);
        return this;
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (time.equals(FileProvider.REST)) {
            rested++;
            run(rests.poll());
        } else if (looks.isEmpty()) {
            throw new InterruptedException("end of script");
        } else {
            run(looks.poll());
        }
    }

    private static void run(@Nullable Step step) {
        if (step == null) {
            return;
        }
        try {
            step.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
