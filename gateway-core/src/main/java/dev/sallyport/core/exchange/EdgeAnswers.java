package dev.sallyport.core.exchange;

import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.rebuild.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the edge says when no endpoint does. */
final class EdgeAnswers {
    private static final Answer.Line RETRY_SOON = Answer.Line.of("retry-after", "1");
    private static final byte[] LOCATION = "location".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = new byte[0];

    private EdgeAnswers() {}

    static Answer of(ProxyError error) {
        return error.status() == 503
                ? Answer.of(error.status(), error.reason(), RETRY_SOON)
                : Answer.of(error.status(), error.reason());
    }

    static Answer of(Route.Action.Redirect redirect, RequestHead head) {
        return new Answer(
                redirect.status(),
                "redirect",
                List.of(new Answer.Line(LOCATION, redirect.target().location(head))),
                null,
                NOTHING);
    }
}
