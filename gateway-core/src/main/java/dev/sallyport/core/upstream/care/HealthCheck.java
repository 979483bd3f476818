package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.Upstream.Protocol;
import dev.sallyport.config.model.value.StatusRange;
import dev.sallyport.config.patience.TimeLimit;
import dev.sallyport.core.upstream.Endpoint;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One check of an endpoint: a connection and, unless only that is asked for, a GET and the status
 * of its answer, all within one time limit.
 */
final class HealthCheck {
    /**
     * Nothing was asked: this machine has no port or file left, which says nothing of an endpoint.
     */
    static final String NO_SOCKET = "no socket left here";

    /** EMFILE, ENFILE, ENOBUFS and ENOMEM, which the JDK tells by their text alone. */
    private static final Set<String> SHORTAGES =
            Set.of(
                    "Too many open files",
                    "Too many open files in system",
                    "No buffer space available",
                    "Cannot allocate memory");

    private static final int LARGEST_HEAD = 16 * 1024;
    private static final int MOST_INTERIM = 16;

    private final Upstream.Health settings;
    private final Upstream.Protocol protocol;
    private final @Nullable CheckTls tls;

    HealthCheck(Upstream.Health settings, Upstream.Protocol protocol, @Nullable CheckTls tls) {
        this.settings = settings;
        this.protocol = protocol;
        this.tls = tls;
    }

    /** Only connects: what can be asked of an endpoint of which nothing else is known. */
    static HealthCheck ofConnecting() {
        Duration patience = Duration.ofSeconds(2);
        return new HealthCheck(
                new Upstream.Health(
                        "/", true, false, patience, patience, 1, 1, new StatusRange(200, 399)),
                Protocol.HTTP_1_1,
                null);
    }

    /** Why the endpoint is no good; null when it is. */
    @Nullable String run(Endpoint endpoint) {
        TimeLimit limit = new TimeLimit(settings.timeout());
        try (Wire wire = Wire.to(endpoint.address());
                var _ = limit.on(wire)) {
            return run(endpoint, wire);
        } catch (ConnectException e) {
            return limit.isOver() ? "timeout" : "connect refused";
        } catch (SSLException e) {
            return limit.isOver() ? "timeout" : "tls: " + e.getMessage();
        } catch (IOException e) {
            return limit.isOver() ? "timeout" : "connection: " + e.getMessage();
        }
    }

    private @Nullable String run(Endpoint endpoint, Wire wire) throws IOException {
        try {
            wire.connect();
        } catch (SocketException e) {
            if (isLocal(e)) {
                return NO_SOCKET;
            }
            throw e;
        }
        if (settings.tcp()) {
            return null;
        }
        CheckTls secure = tls;
        if (endpoint.isTls() && secure != null && wire instanceof Tcp tcp) {
            try (Socket socket = secure.handshake(tcp.socket(), endpoint)) {
                String chosen = ((SSLSocket) socket).getApplicationProtocol();
                boolean isHttp2 = CheckTls.HTTP_2.equals(chosen);
                if (!isHttp2 && (protocol == Protocol.H2 || settings.grpc())) {
                    return "no HTTP/2";
                }
                return ask(endpoint, isHttp2, socket.getInputStream(), socket.getOutputStream());
            }
        }
        boolean isHttp2 = protocol == Protocol.H2C || settings.grpc();
        return ask(endpoint, isHttp2, wire.in(), wire.out());
    }

    /**
     * Whether it is this machine that lacks something. A network that is not reached is not that:
     * its endpoints are of no use.
     */
    static boolean isLocal(SocketException e) {
        return e instanceof BindException
                || (e.getMessage() != null && SHORTAGES.contains(e.getMessage()));
    }

    private @Nullable String ask(
            Endpoint endpoint, boolean isHttp2, InputStream in, OutputStream out)
            throws IOException {
        if (!isHttp2) {
            return ask(endpoint, in, out);
        }
        String authority = endpoint.authorityText();
        if (settings.grpc()) {
            return Http2Check.grpc(authority, endpoint.isTls(), in, out);
        }
        int status = Http2Check.get(settings.path(), authority, endpoint.isTls(), in, out);
        if (status == Http2Check.NO_ANSWER) {
            return "no HTTP/2 answer";
        }
        return settings.status().contains(status) ? null : "status " + status;
    }

    private @Nullable String ask(Endpoint endpoint, InputStream in, OutputStream out)
            throws IOException {
        String request =
                "GET "
                        + settings.path()
                        + " HTTP/1.1\r\nhost: "
                        + endpoint.authorityText()
                        + "\r\nuser-agent: sallyport-health\r\naccept: */*\r\n"
                        + "connection: close\r\n\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        InputStream answer = new BufferedInputStream(in);
        for (int interim = 0; interim <= MOST_INTERIM; interim++) {
            int status = status(answer);
            if (status < 0) {
                return "no HTTP answer";
            }
            if (status >= 200) {
                return settings.status().contains(status) ? null : "status " + status;
            }
        }
        return "more than " + MOST_INTERIM + " interim answers";
    }

    /** Reads a head; its status, or -1 when it is none. */
    private static int status(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int status = -1;
        for (int count = 0, length = 0; count < LARGEST_HEAD; count++) {
            int octet = in.read();
            if (octet < 0) {
                return -1;
            }
            if (octet != '\n') {
                length += octet == '\r' ? 0 : 1;
                if (status < 0) {
                    line.append((char) octet);
                }
                continue;
            }
            if (status < 0) {
                status = status(line);
                if (status < 0 || status >= 200) {
                    return status;
                }
            } else if (length == 0) {
                return status;
            }
            length = 0;
        }
        return -1;
    }

    /** RFC 9112 4: HTTP-version SP status-code SP. */
    private static int status(CharSequence line) {
        String text = line.toString();
        if (!(text.startsWith("HTTP/1.1 ") || text.startsWith("HTTP/1.0 ")) || text.length() < 12) {
            return -1;
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        boolean ends = text.length() == 12 || text.charAt(12) == ' ' || text.charAt(12) == '\r';
        return ends && status >= 100 && status < 600 ? status : -1;
    }

    /** A connection of either kind, not yet made. */
    private sealed interface Wire extends Closeable {
        static Wire to(SocketAddress address) throws IOException {
            return switch (address) {
                case InetSocketAddress inet -> new Tcp(new Socket(), inet);
                case DomainSocketAddress unix -> Unix.to(UnixDomainSocketAddress.of(unix.path()));
                case UnixDomainSocketAddress unix -> Unix.to(unix);
                default -> throw new IOException("address: " + address + " (expected: ip or unix)");
            };
        }

        void connect() throws IOException;

        InputStream in() throws IOException;

        OutputStream out() throws IOException;
    }

    private record Tcp(Socket socket, InetSocketAddress address) implements Wire {
        @Override
        public void connect() throws IOException {
            socket.setTcpNoDelay(true);
            socket.connect(address);
        }

        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Unix(SocketChannel channel, UnixDomainSocketAddress address) implements Wire {
        static Unix to(UnixDomainSocketAddress address) throws IOException {
            return new Unix(SocketChannel.open(java.net.StandardProtocolFamily.UNIX), address);
        }

        @Override
        public void connect() throws IOException {
            channel.connect(address);
        }

        @Override
        public InputStream in() {
            return Channels.newInputStream(channel);
        }

        @Override
        public OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
