package dev.sallyport.acme.ondemand;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Whom a client counts as: its IPv4 address, or the /64 its IPv6 address lies in. */
record Network(int length, long bits) {
    private static final int COUNTED = 8;

    /** All whose address is not known count as one. */
    static Network of(@Nullable InetAddress client) {
        var bytes = client == null ? new byte[0] : client.getAddress();
        long bits = 0;
        for (int i = 0; i < Math.min(COUNTED, bytes.length); i++) {
            bits = bits << 8 | (bytes[i] & 0xff);
        }
        return new Network(bytes.length, bits);
    }
}
