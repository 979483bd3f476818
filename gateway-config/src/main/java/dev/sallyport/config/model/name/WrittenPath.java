package dev.sallyport.config.model.name;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Paths in a configuration: those that some request can have. */
public final class WrittenPath {
    private WrittenPath() {}

    /**
     * What is expected of a path in place of this one, null when a request can have it: requests
     * come here in canonical form (docs/malformed.md), written paths are brought into it.
     */
    public static @Nullable String findProblem(String path) {
        if (!path.startsWith("/")) {
            return "starts with \"/\"";
        }
        var plain = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            if (c == '%') {
                c = escape(bytes, i);
                if (c < 0) {
                    return "two hexadecimal digits after each \"%\"";
                }
                if (c == '/' || c == '\\' || c < 0x20 || c == 0x7f) {
                    return "no encoded slash, backslash or control character: such requests are"
                            + " answered 400";
                }
                i += 2;
                plain.append(isUnreserved(c) || c == ';' ? (char) c : '%');
            } else if (c >= 0x80 || isUnreserved(c) || "/!$&'()*+,;=:@".indexOf(c) >= 0) {
                plain.append((char) c);
            } else {
                return "a path without query, percent-encoded where needed";
            }
        }
        return segmentProblem(plain.toString());
    }

    private static @Nullable String segmentProblem(String path) {
        if (path.contains("//")) {
            return "single slashes: those of requests are merged";
        }
        if (path.indexOf(';') >= 0) {
            return "a path without parameters: segments of requests are compared without them";
        }
        for (var segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return "a path without . and .. segments";
            }
        }
        return null;
    }

    /** The byte an escape stands for, -1 when it is none. */
    private static int escape(byte[] bytes, int at) {
        int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
        int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static boolean isUnreserved(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~".indexOf(c) >= 0;
    }
}
