package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcCall;
import org.jspecify.annotations.Nullable;

/**
 * Writes what the edge says itself: a status, its name, and the id under which the log knows it.
 * Nothing else.
 */
public final class AnswerWriter {
    private static final byte[] REQUEST_ID = bytes("x-request-id");
    private static final byte[] CONTENT_TYPE = bytes("content-type");
    private static final byte[] CACHE_CONTROL = bytes("cache-control");
    private static final byte[] NO_STORE = bytes("no-store");
    private static final byte[] TEXT = bytes("text/plain; charset=utf-8");
    private static final byte[] ID = bytes("\nid ");
    private static final byte[] END = bytes("\n");

    private AnswerWriter() {}

    /**
     * Fills {@code head} and gives the body; the body belongs to the caller.
     *
     * @param call what the request is as a gRPC call; null when it is none
     */
    public static byte[] write(
            Answer answer,
            long requestId,
            @Nullable GrpcCall call,
            ResponseHead head,
            Scratch scratch) {
        if (call == null) {
            return write(answer, requestId, head, scratch);
        }
        byte[] phrase = bytes(phrase(answer.status()));
        byte[] body = GrpcAnswer.write(answer, call, phrase, head, scratch);
        common(answer, requestId, head, scratch);
        return body;
    }

    private static byte[] write(Answer answer, long requestId, ResponseHead head, Scratch scratch) {
        boolean isBodiless = answer.status() == 204 || answer.status() == 304;
        String type = answer.contentType();
        boolean isOwnPage = type == null && !isBodiless;
        byte[] body = isOwnPage ? page(answer.status(), requestId, scratch) : answer.body();
        head.start(answer.status(), isBodiless ? -1 : body.length);
        common(answer, requestId, head, scratch);
        if (isOwnPage) {
            // Errors and redirects are true of this moment only.
            head.fields().add(CACHE_CONTROL, NO_STORE, 0, NO_STORE.length);
            head.fields().add(CONTENT_TYPE, TEXT, 0, TEXT.length);
        } else if (type != null) {
            byte[] value = bytes(type);
            head.fields().add(CONTENT_TYPE, value, 0, value.length);
        }
        return body;
    }

    private static void common(Answer answer, long requestId, ResponseHead head, Scratch scratch) {
        for (Answer.Line line : answer.fields()) {
            head.fields().add(line.name(), line.value(), 0, line.value().length);
        }
        scratch.start().appendHex(requestId);
        head.fields().add(REQUEST_ID, scratch.bytes(), 0, scratch.length());
    }

    private static byte[] page(int status, long requestId, Scratch scratch) {
        return scratch.start()
                .append(bytes(status + " " + phrase(status)))
                .append(ID)
                .appendHex(requestId)
                .append(END)
                .toArray();
    }

    private static String phrase(int status) {
        return switch (status) {
            case 301, 308 -> "moved for good";
            case 302, 307 -> "moved for now";
            case 303 -> "see other";
            case 400 -> "bad request";
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not found";
            case 405 -> "method not allowed";
            case 408 -> "request timeout";
            case 413 -> "content too large";
            case 414 -> "uri too long";
            case 417 -> "expectation failed";
            case 421 -> "misdirected request";
            case 429 -> "too many requests";
            case 431 -> "request header fields too large";
            case 500 -> "internal error";
            case 501 -> "not implemented";
            case 502 -> "bad gateway";
            case 503 -> "service unavailable";
            case 504 -> "gateway timeout";
            case 505 -> "http version not supported";
            default -> status < 300 ? "ok" : status < 400 ? "redirect" : "error";
        };
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(ISO_8859_1);
    }
}
