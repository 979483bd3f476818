package dev.sallyport.core.proxyheader;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes the header a connection to a server begins with. */
public enum ProxyHeaderWriter {
    /** One line of text. */
    V1 {
        @Override
        public ByteBuf write(Proxied client, ByteBufAllocator allocator) {
            return line(client, allocator);
        }
    },
    /** Binary. */
    V2 {
        @Override
        public ByteBuf write(Proxied client, ByteBufAllocator allocator) {
            return binary(client, allocator);
        }
    };

    private static final byte[] SIGNATURE = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
    };
    private static final int ALPN = 0x01;
    private static final int AUTHORITY = 0x02;
    private static final int SSL = 0x20;
    private static final int SSL_VERSION = 0x21;

    /** "The client connected over SSL/TLS". */
    private static final int CLIENT_SSL = 0x01;

    /** The header of one connection; the caller owns it. */
    public abstract ByteBuf write(Proxied client, ByteBufAllocator allocator);

    private static ByteBuf line(Proxied client, ByteBufAllocator allocator) {
        InetSocketAddress source = client.source();
        InetSocketAddress destination = client.destination();
        StringBuilder line = new StringBuilder(112).append("PROXY ");
        if (source == null || destination == null) {
            line.append("UNKNOWN");
        } else {
            boolean isV4 = isV4(source, destination);
            line.append(isV4 ? "TCP4 " : "TCP6 ").append(text(source.getAddress(), isV4));
            line.append(' ').append(text(destination.getAddress(), isV4));
            line.append(' ').append(source.getPort()).append(' ').append(destination.getPort());
        }
        byte[] bytes = line.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return allocator.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** One family for both: an IPv4 address beside an IPv6 one is written as mapped. */
    private static boolean isV4(InetSocketAddress source, InetSocketAddress destination) {
        return source.getAddress().getAddress().length == 4
                && destination.getAddress().getAddress().length == 4;
    }

    private static String text(InetAddress address, boolean isV4) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String plain = scope < 0 ? text : text.substring(0, scope);
        return !isV4 && address.getAddress().length == 4 ? "::ffff:" + plain : plain;
    }

    private static ByteBuf binary(Proxied client, ByteBufAllocator allocator) {
        InetSocketAddress source = client.source();
        InetSocketAddress destination = client.destination();
        ByteBuf out = allocator.directBuffer(128).writeBytes(SIGNATURE).writeByte(0x21);
        int length;
        if (source == null || destination == null) {
            length = out.writeByte(0x00).writerIndex();
            out.writeShort(0);
        } else {
            boolean isV4 = isV4(source, destination);
            length = out.writeByte(isV4 ? 0x11 : 0x21).writerIndex();
            out.writeShort(0);
            address(source.getAddress(), isV4, out);
            address(destination.getAddress(), isV4, out);
            out.writeShort(source.getPort()).writeShort(destination.getPort());
        }
        Proxied.Tls tls = client.tls();
        if (tls != null) {
            field(ALPN, tls.protocol(), out);
            field(AUTHORITY, tls.serverName(), out);
            ssl(tls.version(), out);
        }
        out.setShort(length, out.writerIndex() - length - 2);
        return out;
    }

    private static void address(InetAddress address, boolean isV4, ByteBuf out) {
        byte[] bytes = address.getAddress();
        if (!isV4 && bytes.length == 4) {
            out.writeLong(0).writeShort(0).writeShort(0xffff);
        }
        out.writeBytes(bytes);
    }

    private static void field(int type, @Nullable String text, ByteBuf out) {
        if (text != null) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            out.writeByte(type).writeShort(bytes.length).writeBytes(bytes);
        }
    }

    /**
     * Section 2.2.6: how the client connected, whether its certificate was verified: it has none.
     */
    private static void ssl(@Nullable String version, ByteBuf out) {
        if (version != null) {
            byte[] bytes = version.getBytes(StandardCharsets.US_ASCII);
            out.writeByte(SSL).writeShort(5 + 3 + bytes.length);
            out.writeByte(CLIENT_SSL).writeInt(1);
            out.writeByte(SSL_VERSION).writeShort(bytes.length).writeBytes(bytes);
        }
    }
}
