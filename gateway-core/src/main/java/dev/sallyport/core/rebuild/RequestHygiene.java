package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * Turns the head a client sent into the head an endpoint may see. What the wire re-emits itself
 * (host, framing, upgrade) is taken out, hop-by-hop and forbidden fields go, and what tells the
 * endpoint who asked is written anew (RFC 9110 7.6, RFC 7239).
 */
public final class RequestHygiene {
    private static final byte[] VIA = "via".getBytes(ISO_8859_1);
    private static final byte[] VIA_11 = "1.1 sallyport".getBytes(ISO_8859_1);
    private static final byte[] VIA_10 = "1.0 sallyport".getBytes(ISO_8859_1);
    private static final byte[] VIA_20 = "2.0 sallyport".getBytes(ISO_8859_1);
    private static final byte[] VIA_30 = "3.0 sallyport".getBytes(ISO_8859_1);
    private static final byte[] FORWARDED = "forwarded".getBytes(ISO_8859_1);
    private static final byte[] FORWARDED_FOR = "x-forwarded-for".getBytes(ISO_8859_1);
    private static final byte[] FORWARDED_PROTO = "x-forwarded-proto".getBytes(ISO_8859_1);
    private static final byte[] FORWARDED_HOST = "x-forwarded-host".getBytes(ISO_8859_1);
    private static final byte[] FORWARDED_PORT = "x-forwarded-port".getBytes(ISO_8859_1);
    private static final byte[] REAL_IP = "x-real-ip".getBytes(ISO_8859_1);
    private static final byte[] REQUEST_ID = "x-request-id".getBytes(ISO_8859_1);
    private static final byte[] KEEP_ALIVE = "keep-alive".getBytes(ISO_8859_1);
    private static final byte[] CLOSE = "close".getBytes(ISO_8859_1);
    private static final byte[] UPGRADE = "upgrade".getBytes(ISO_8859_1);
    private static final byte[] HTTP = "http".getBytes(ISO_8859_1);
    private static final byte[] HTTPS = "https".getBytes(ISO_8859_1);
    private static final byte[] EARLY_DATA = "early-data".getBytes(ISO_8859_1);
    private static final byte[] CLIENT_CERT = "client-cert".getBytes(ISO_8859_1);
    private static final byte[] CLIENT_CERT_CHAIN = "client-cert-chain".getBytes(ISO_8859_1);
    private static final byte[] ONE = "1".getBytes(ISO_8859_1);
    private static final byte[] COMMA = ", ".getBytes(ISO_8859_1);
    private static final byte[] FOR = "for=".getBytes(ISO_8859_1);
    private static final byte[] FOR_V6 = "for=\"[".getBytes(ISO_8859_1);
    private static final byte[] HOST = ";host=".getBytes(ISO_8859_1);
    private static final byte[] PROTO = ";proto=".getBytes(ISO_8859_1);

    private RequestHygiene() {}

    /**
     * The client behind the peer: the peer itself, or the nearest untrusted hop that trusted
     * proxies name.
     *
     * @param trusted whether {@code proxies} contains the peer
     */
    public static ClientAddress client(
            RequestHead head, Peer peer, boolean trusted, TrustedProxies proxies) {
        if (!trusted) {
            return peer.address();
        }
        FieldTable fields = head.fields();
        ClientAddress nearest = peer.address();
        // Hops are appended, so the list is read from its end, and so are repeated lines.
        for (int i = fields.count() - 1; i >= 0; i--) {
            if (fields.isRemoved(i) || fields.id(i) != Field.X_FORWARDED_FOR) {
                continue;
            }
            String[] hops = commaParts(fields.value(i));
            for (int hop = hops.length - 1; hop >= 0; hop--) {
                ClientAddress address = ClientAddress.parse(hops[hop]);
                if (address == null) {
                    return nearest;
                }
                nearest = address;
                if (!proxies.contains(address)) {
                    return nearest;
                }
            }
        }
        return nearest;
    }

    /**
     * Rewrites {@code head} in place; called once, before the first attempt.
     *
     * @param client what {@link #client} found
     */
    public static void rebuild(
            RequestHead head,
            Peer peer,
            ClientAddress client,
            boolean trusted,
            long requestId,
            Scratch scratch) {
        FieldTable fields = head.fields();
        byte @Nullable [] hops = null;
        boolean keptProto = false;
        boolean keptHost = false;
        boolean keptPort = false;
        boolean keptId = false;
        boolean keptReal = false;
        boolean isEarly = peer.isEarly();
        int received = fields.count();
        for (int i = 0; i < received; i++) {
            if (fields.isRemoved(i)) {
                continue;
            }
            switch (fields.id(i)) {
                case Field.CONNECTION -> {
                    removeNamed(fields, i);
                    fields.remove(i);
                }
                case Field.HOST,
                        Field.CONTENT_LENGTH,
                        Field.TRANSFER_ENCODING,
                        Field.KEEP_ALIVE,
                        Field.PROXY_CONNECTION,
                        Field.PROXY_AUTHORIZATION,
                        Field.PROXY_AUTHENTICATE,
                        Field.TE,
                        Field.TRAILER,
                        Field.UPGRADE,
                        Field.EXPECT,
                        Field.HTTP2_SETTINGS,
                        Field.PROXY,
                        Field.CLIENT_CERT,
                        Field.CLIENT_CERT_CHAIN,
                        Field.X_ORIGINAL_URL,
                        Field.X_REWRITE_URL ->
                        fields.remove(i);
                case Field.MAX_FORWARDS -> {
                    if (head.method() == Method.OPTIONS) {
                        MaxForwards.count(fields, i, scratch);
                    }
                }
                case Field.EARLY_DATA -> {
                    isEarly = true;
                    fields.remove(i);
                }
                case Field.X_FORWARDED_FOR -> {
                    if (trusted) {
                        hops = joined(hops, fields.value(i));
                    }
                    fields.remove(i);
                }
                case Field.X_FORWARDED_PROTO -> keptProto |= keep(fields, i, trusted);
                case Field.X_FORWARDED_HOST -> keptHost |= keep(fields, i, trusted);
                case Field.X_FORWARDED_PORT -> keptPort |= keep(fields, i, trusted);
                case Field.X_REQUEST_ID -> keptId |= keep(fields, i, trusted);
                case Field.X_REAL_IP -> keptReal |= keep(fields, i, trusted);
                case Field.FORWARDED,
                        Field.X_FORWARDED_PREFIX,
                        Field.X_FORWARDED_SERVER,
                        Field.X_FORWARDED_OTHER,
                        Field.X_CLIENT_IP ->
                        keep(fields, i, trusted);
                default -> {}
            }
        }
        byte[] near = peer.address().text();
        byte[] proto = peer.isSecure() ? HTTPS : HTTP;
        if (hops == null) {
            fields.add(FORWARDED_FOR, near, 0, near.length);
        } else {
            scratch.start().append(hops).append(COMMA).append(near);
            fields.add(FORWARDED_FOR, scratch.bytes(), 0, scratch.length());
        }
        if (!keptProto) {
            fields.add(FORWARDED_PROTO, proto, 0, proto.length);
        }
        if (!keptHost && head.hostLength() > 0) {
            authority(scratch.start(), head);
            fields.add(FORWARDED_HOST, scratch.bytes(), 0, scratch.length());
        }
        if (!keptPort) {
            scratch.start().appendDecimal(peer.localPort());
            fields.add(FORWARDED_PORT, scratch.bytes(), 0, scratch.length());
        }
        if (isEarly) {
            // RFC 8470 5.1: the endpoint may rather answer 425. What a hop before has said stays
            // said, whoever it is: it makes endpoints more careful, never less.
            fields.add(EARLY_DATA, ONE);
        }
        ClientIdentity known = peer.client();
        if (known != null) {
            identity(fields, known);
        }
        if (keptReal && hops != null) {
            // Whoever names hops in the list may pass on what its client says in the other field.
            fields.removeAll(Field.X_REAL_IP);
            keptReal = false;
        }
        if (!keptReal) {
            fields.add(REAL_IP, client.text(), 0, client.text().length);
        }
        if (!keptId) {
            scratch.start().appendHex(requestId);
            fields.add(REQUEST_ID, scratch.bytes(), 0, scratch.length());
        }
        // A second line extends the list that a trusted hop began (RFC 7239 4).
        forwarded(scratch.start(), head, peer, proto);
        fields.add(FORWARDED, scratch.bytes(), 0, scratch.length());
        byte[] via = via(head.protocol());
        fields.add(VIA, via, 0, via.length);
    }

    /** RFC 9440 2.4: told anew, whatever came by these names. */
    private static void identity(FieldTable fields, ClientIdentity client) {
        byte[] certificate = client.clientCert();
        byte[] chain = client.clientCertChain();
        if (certificate != null) {
            fields.add(CLIENT_CERT, certificate, 0, certificate.length);
        }
        if (chain != null) {
            fields.add(CLIENT_CERT_CHAIN, chain, 0, chain.length);
        }
    }

    private static byte[] via(String protocol) {
        return switch (protocol) {
            case RequestHead.HTTP_10 -> VIA_10;
            case RequestHead.HTTP_2 -> VIA_20;
            case RequestHead.HTTP_3 -> VIA_30;
            default -> VIA_11;
        };
    }

    /** Writes {@code host[:port]} in canonical form. */
    static void authority(Scratch to, RequestHead head) {
        to.append(head.bytes(), head.hostOffset(), head.hostLength());
        if (head.port() >= 0) {
            to.append(':').appendDecimal(head.port());
        }
    }

    private static void forwarded(Scratch to, RequestHead head, Peer peer, byte[] proto) {
        if (peer.address().isIpv6()) {
            to.append(FOR_V6).append(peer.address().text()).append(']').append('"');
        } else {
            to.append(FOR).append(peer.address().text());
        }
        if (head.hostLength() > 0) {
            // A port or an IPv6 literal holds characters that are not of a token (RFC 7239 4).
            boolean quoted = head.port() >= 0 || head.bytes()[head.hostOffset()] == '[';
            to.append(HOST);
            if (quoted) {
                to.append('"');
            }
            authority(to, head);
            if (quoted) {
                to.append('"');
            }
        }
        to.append(PROTO).append(proto);
    }

    private static boolean keep(FieldTable fields, int i, boolean trusted) {
        if (!trusted) {
            fields.remove(i);
        }
        return trusted;
    }

    /**
     * Takes out the fields that {@code Connection} names; the parser has refused protected names
     * (RFC 9110 7.6.1).
     */
    static void removeNamed(FieldTable fields, int connection) {
        byte[] bytes = fields.bytes();
        int offset = fields.valueOffset(connection);
        int end = offset + fields.valueLength(connection);
        int start = offset;
        for (int i = offset; i <= end; i++) {
            if (i == end || bytes[i] == ',') {
                int from = start;
                int to = i;
                while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
                    from++;
                }
                while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
                    to--;
                }
                if (to > from && !isOrdinary(bytes, from, to - from)) {
                    fields.removeAll(lower(bytes, from, to - from));
                }
                start = i + 1;
            }
        }
    }

    /** Whether a connection option is one of those that name no field worth a search. */
    private static boolean isOrdinary(byte[] bytes, int offset, int length) {
        return is(KEEP_ALIVE, bytes, offset, length)
                || is(CLOSE, bytes, offset, length)
                || is(UPGRADE, bytes, offset, length);
    }

    private static boolean is(byte[] lower, byte[] bytes, int offset, int length) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[offset + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] lower(byte[] bytes, int offset, int length) {
        byte[] lower = new byte[length];
        for (int i = 0; i < length; i++) {
            byte b = bytes[offset + i];
            lower[i] = b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
        }
        return lower;
    }

    private static byte[] joined(byte @Nullable [] before, String value) {
        return (before == null ? value : new String(before, ISO_8859_1) + ", " + value)
                .getBytes(ISO_8859_1);
    }

    private static String[] commaParts(String list) {
        int count = 1;
        for (int i = 0; i < list.length(); i++) {
            if (list.charAt(i) == ',') {
                count++;
            }
        }
        String[] parts = new String[count];
        int start = 0;
        for (int i = 0, part = 0; i <= list.length(); i++) {
            if (i == list.length() || list.charAt(i) == ',') {
                parts[part++] = list.substring(start, i).strip();
                start = i + 1;
            }
        }
        return parts;
    }
}
