package dev.sallyport.core.boot.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What an operator is answered; the body is written while it is sent. */
public record AdminAnswer(int status, String contentType, Body body) {
    /** Writes a body. */
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A text, with an end of line. */
    public static AdminAnswer text(int status, String text) {
        return new AdminAnswer(
                status,
                "text/plain; charset=utf-8",
                out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** A page for a browser. */
    public static AdminAnswer html(int status, Body body) {
        return new AdminAnswer(status, "text/html; charset=utf-8", body);
    }

    /** A JSON document. */
    public static AdminAnswer json(int status, Body body) {
        return new AdminAnswer(status, "application/json", body);
    }
}
