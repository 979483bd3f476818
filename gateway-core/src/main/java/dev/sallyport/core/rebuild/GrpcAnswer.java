package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcCall;

/**
 * Writes what the edge says itself to gRPC clients, who look for {@code grpc-status} and take any
 * other answer for a broken server: 200, and the status in the head, with nothing behind it.
 */
final class GrpcAnswer {
    private static final byte[] STATUS = "grpc-status".getBytes(ISO_8859_1);
    private static final byte[] MESSAGE = "grpc-message".getBytes(ISO_8859_1);
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(ISO_8859_1);
    private static final byte[] NOTHING = new byte[0];

    private GrpcAnswer() {}

    /** Fills {@code head}, but for what all answers bear; the body is empty. */
    static byte[] write(
            Answer answer, GrpcCall call, byte[] phrase, ResponseHead head, Scratch scratch) {
        head.start(200, 0);
        head.fields().add(CONTENT_TYPE, call.contentType());
        scratch.start().appendDecimal(status(answer));
        head.fields().add(STATUS, scratch.bytes(), 0, scratch.length());
        head.fields().add(MESSAGE, phrase);
        return NOTHING;
    }

    /** The codes of {@code google.rpc.Code}. */
    static int status(Answer answer) {
        return switch (answer.reason()) {
            case "deadline-exceeded", "response-timeout", "response-stalled", "request-timeout" ->
                    4;
            default -> status(answer.status());
        };
    }

    private static int status(int http) {
        return switch (http) {
            case 401, 407 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404, 405, 421, 501 -> 12; // UNIMPLEMENTED
            case 409 -> 10; // ABORTED
            case 413, 414, 429, 431 -> 8; // RESOURCE_EXHAUSTED
            case 499 -> 1; // CANCELLED
            case 502, 503, 504 -> 14; // UNAVAILABLE
            case 400, 417, 500 -> 13; // INTERNAL
            default -> 2; // UNKNOWN
        };
    }
}
