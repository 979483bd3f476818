package dev.sallyport.core.exchange;

import dev.sallyport.core.rebuild.Answer;

/** What a filter decided. */
public sealed interface Verdict {
    Verdict CONTINUE = new Continue();
    Verdict SUSPEND = new Suspend();

    /** Go on to the next filter or the action. */
    record Continue() implements Verdict {}

    /** Wait: the filter calls {@link Exchange#resume} on the exchange's loop, later. */
    record Suspend() implements Verdict {}

    /** Answer now, and forward nothing. */
    record Respond(Answer answer) implements Verdict {}
}
