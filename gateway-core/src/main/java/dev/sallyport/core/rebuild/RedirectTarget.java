package dev.sallyport.core.rebuild;

import dev.sallyport.core.http.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * Where a redirect leads: a fixed start, then what it keeps of the request.
 *
 * @param start a whole address, or a path, or a scheme with {@code ://} before a kept host
 * @param keepsHost whether the request's host follows, without its port
 * @param port follows a kept host, with its colon; empty for the scheme's own
 * @param keepsPath whether the request's path and query follow
 */
public record RedirectTarget(String start, boolean keepsHost, String port, boolean keepsPath) {

    /** The same request over HTTPS at {@code port}. */
    public static RedirectTarget https(int port) {
        return new RedirectTarget("https://", true, port == 443 ? "" : ":" + port, true);
    }

    /** The {@code Location} for one request. */
    public byte[] location(RequestHead head) {
        Scratch location = new Scratch();
        location.append(start.getBytes(StandardCharsets.US_ASCII));
        if (keepsHost) {
            location.append(head.bytes(), head.hostOffset(), head.hostLength());
            location.append(port.getBytes(StandardCharsets.US_ASCII));
        }
        // The "*" of OPTIONS is what an address without a path means (RFC 9112 3.2.4).
        if (keepsPath && head.bytes()[head.pathOffset()] == '/') {
            location.append(head.bytes(), head.pathOffset(), head.pathLength());
            location.append(head.bytes(), head.queryOffset(), head.queryLength());
        }
        return location.toArray();
    }
}
