package dev.sallyport.core.rebuild;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client's IP address in the forms the data path needs; IPv4-mapped IPv6 addresses are IPv4 here.
 * The arrays are never written after construction.
 */
public final class ClientAddress {
    private final byte[] raw;
    private final byte[] text;

    private ClientAddress(byte[] raw, byte[] text) {
        this.raw = raw;
        this.text = text;
    }

    public static ClientAddress of(InetAddress address) {
        // The JDK already turns IPv4-mapped addresses into Inet4Address; a scope id is dropped.
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return new ClientAddress(
                address.getAddress(),
                (scope < 0 ? text : text.substring(0, scope)).getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Reads a literal as it stands in {@code X-Forwarded-For}: with or without brackets and port;
     * null when it is none.
     */
    public static @Nullable ClientAddress parse(String literal) {
        String host = literal.strip();
        if (host.startsWith("[")) {
            int close = host.indexOf(']');
            if (close < 0) {
                return null;
            }
            host = host.substring(1, close);
        } else if (host.indexOf('.') > 0 && host.indexOf(':') > 0) {
            host = host.substring(0, host.indexOf(':'));
        }
        try {
            // ofLiteral never asks the DNS.
            return of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** 4 or 16 bytes, network order; not to be written. */
    public byte[] raw() {
        return raw;
    }

    /** The address in text form; not to be written. */
    public byte[] text() {
        return text;
    }

    /** The address as the JDK has it; made anew each time. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("address of " + raw.length + " bytes", e);
        }
    }

    public boolean isIpv6() {
        return raw.length == 16;
    }

    /**
     * The client as one number for tables keyed by client: an IPv4 address, or the /64 of an IPv6
     * one, since a /64 is what one client commands.
     */
    public long key() {
        if (raw.length == 4) {
            return 0xFFFF_0000_0000L
                    | ((raw[0] & 0xFFL) << 24)
                    | ((raw[1] & 0xFF) << 16)
                    | ((raw[2] & 0xFF) << 8)
                    | (raw[3] & 0xFF);
        }
        long key = 0;
        for (int i = 0; i < 8; i++) {
            key = key << 8 | (raw[i] & 0xFF);
        }
        return key;
    }

    @Override
    public String toString() {
        return new String(text, StandardCharsets.US_ASCII);
    }
}
