package dev.sallyport.core.listen;

import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.rebuild.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files certificate authorities ask for (RFC 8555 8.3): answered before any route, redirect or
 * filter, and only while one is pending for that very host and token. All else goes on to the
 * routes, whose servers may have clients of their own.
 */
final class ChallengeFiles {
    private static final byte[] PATH = ChallengeBoard.PATH.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GET = {'G', 'E', 'T'};
    private static final byte[] HEAD = {'H', 'E', 'A', 'D'};
    private static final int LONGEST_TOKEN = 256;

    private final ChallengeBoard board;

    ChallengeFiles(ChallengeBoard board) {
        this.board = board;
    }

    /** The file a request asks for; null when it asks for something else. */
    @Nullable Answer find(RequestHead head) {
        if (board.hasNoFiles() || !asksForFile(head)) {
            return null;
        }
        byte[] bytes = head.bytes();
        int at = head.pathOffset() + PATH.length;
        String token =
                new String(bytes, at, head.pathLength() - PATH.length, StandardCharsets.ISO_8859_1);
        byte[] file = board.findFile(host(head), token);
        return file == null
                ? null
                : new Answer(200, "acme-challenge", List.of(), "application/octet-stream", file);
    }

    private static boolean asksForFile(RequestHead head) {
        return head.hostLength() > 0
                && head.pathLength() > PATH.length
                && head.pathLength() <= PATH.length + LONGEST_TOKEN
                && begins(head.bytes(), head.pathOffset(), PATH)
                && (isMethod(head, GET) || isMethod(head, HEAD));
    }

    private static boolean isMethod(RequestHead head, byte[] method) {
        return head.methodLength() == method.length
                && begins(head.bytes(), head.methodOffset(), method);
    }

    private static boolean begins(byte[] bytes, int offset, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (bytes[offset + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** Without the brackets of an IPv6 address. */
    private static String host(RequestHead head) {
        int offset = head.hostOffset();
        int length = head.hostLength();
        if (head.bytes()[offset] == '[' && length > 2) {
            offset++;
            length -= 2;
        }
        return new String(head.bytes(), offset, length, StandardCharsets.ISO_8859_1);
    }
}
