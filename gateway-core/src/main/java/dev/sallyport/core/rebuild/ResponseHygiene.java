package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/** Turns the head an endpoint sent into the head a client may see (RFC 9110 7.6). */
public final class ResponseHygiene {
    private static final byte[] VIA = "via".getBytes(ISO_8859_1);
    private static final byte[] VIA_11 = "1.1 sallyport".getBytes(ISO_8859_1);
    private static final byte[] VIA_10 = "1.0 sallyport".getBytes(ISO_8859_1);
    private static final byte[] VIA_20 = "2.0 sallyport".getBytes(ISO_8859_1);
    private static final byte[] DATE = "date".getBytes(ISO_8859_1);
    private static final byte[] HSTS = "strict-transport-security".getBytes(ISO_8859_1);

    private static final byte[] ALT_SVC = "alt-svc".getBytes(ISO_8859_1);

    private ResponseHygiene() {}

    /** Rewrites a head that an endpoint sent, in place. */
    public static void rebuild(ResponseHead head, Peer peer, byte[] date) {
        FieldTable fields = head.fields();
        int received = fields.count();
        for (int i = 0; i < received; i++) {
            if (fields.isRemoved(i)) {
                continue;
            }
            switch (fields.id(i)) {
                case Field.CONNECTION -> {
                    RequestHygiene.removeNamed(fields, i);
                    fields.remove(i);
                }
                case Field.CONTENT_LENGTH,
                        Field.TRANSFER_ENCODING,
                        Field.KEEP_ALIVE,
                        Field.PROXY_CONNECTION,
                        Field.PROXY_AUTHENTICATE,
                        Field.TRAILER,
                        Field.UPGRADE,
                        // It would lead clients past the edge.
                        Field.ALT_SVC ->
                        fields.remove(i);
                default -> {}
            }
        }
        byte[] via = head.isHttp2() ? VIA_20 : head.isHttp10() ? VIA_10 : VIA_11;
        fields.add(VIA, via, 0, via.length);
        finish(fields, peer, date);
    }

    /** Adds what every response carries, the edge's own ones too. */
    public static void finish(FieldTable fields, Peer peer, byte[] date) {
        if (fields.find(Field.DATE) < 0) {
            fields.add(DATE, date, 0, date.length);
        }
        byte @Nullable [] hsts = peer.hsts();
        if (hsts != null && fields.find(Field.STRICT_TRANSPORT_SECURITY) < 0) {
            fields.add(HSTS, hsts, 0, hsts.length);
        }
        byte @Nullable [] altSvc = peer.altSvc();
        if (altSvc != null) {
            fields.add(ALT_SVC, altSvc, 0, altSvc.length);
        }
    }
}
