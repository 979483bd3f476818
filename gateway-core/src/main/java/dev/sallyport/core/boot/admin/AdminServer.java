package dev.sallyport.core.boot.admin;

import dev.sallyport.config.patience.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface: on a unix socket that its owner alone may open and, when asked for, on a
 * loopback address, where it defends itself against web pages: the Host must be a local one, and
 * what changes something needs a field that a form cannot send.
 */
public final class AdminServer implements AutoCloseable {
    /** The field that a request other than GET must carry on a loopback address; any value. */
    public static final String FIELD = "x-sallyport-admin";

    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_AT_A_TIME = 32;

    private final AdminHandler handler;
    private final List<Thread> threads = new ArrayList<>();
    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final Semaphore places = new Semaphore(MOST_AT_A_TIME);
    private final Path socket;

    private AdminServer(AdminHandler handler, Path socket) {
        this.handler = handler;
        this.socket = socket;
    }

    /**
     * Opens the doors.
     *
     * @param address on loopback; null for the socket alone
     * @throws IOException naming the setting, when a door cannot be opened; none is then
     */
    public static AdminServer start(
            AdminHandler handler, Path socket, @Nullable InetSocketAddress address)
            throws IOException {
        AdminServer server = new AdminServer(handler, socket);
        try {
            server.serve(AdminSocket.open(socket), "admin-socket", false);
            if (address != null) {
                server.serve(bind(address), "admin-address", true);
            }
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static ServerSocketChannel bind(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            return channel.bind(address);
        } catch (IOException e) {
            channel.close();
            throw new IOException(
                    "admin.address: cannot bind " + address + ": " + e.getMessage(), e);
        }
    }

    private void serve(ServerSocketChannel channel, String name, boolean isAddress) {
        channels.add(channel);
        threads.add(Thread.ofVirtual().name(name).start(() -> accept(channel, name, isAddress)));
    }

    private void accept(ServerSocketChannel channel, String name, boolean isAddress) {
        while (channel.isOpen()) {
            try {
                SocketChannel client = channel.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name(name + "-client").start(() -> hold(client, isAddress));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                log.warn("admin connection not accepted error={}", e.toString());
            }
        }
    }

    private void hold(SocketChannel client, boolean isAddress) {
        try (client;
                var _ = new TimeLimit(PATIENCE).on(client)) {
            InputStream in = Channels.newInputStream(client);
            OutputStream out = Channels.newOutputStream(client);
            answer(in, out, isAddress);
        } catch (IOException e) {
            log.debug("admin connection ended error={}", e.toString());
        } finally {
            places.release();
        }
    }

    private void answer(InputStream in, OutputStream out, boolean isAddress) throws IOException {
        AdminAnswer answer;
        boolean hasBody = true;
        try {
            AdminRequest request = AdminWire.readRequest(in);
            hasBody = !request.method().equals("HEAD");
            String refusal = isAddress ? refusal(request) : null;
            answer = refusal == null ? handled(request) : AdminAnswer.text(403, refusal);
        } catch (AdminWire.Refused e) {
            answer = AdminAnswer.text(e.status, String.valueOf(e.getMessage()));
        }
        AdminWire.writeAnswer(out, answer, hasBody);
    }

    private AdminAnswer handled(AdminRequest request) {
        try {
            return handler.answer(request);
        } catch (RuntimeException e) {
            log.error("admin request failed path={}", request.path(), e);
            return AdminAnswer.text(500, "failed, see the log");
        }
    }

    /** What a web page made a browser send is not the operator's; null when it may be answered. */
    static @Nullable String refusal(AdminRequest request) {
        String host = request.field("host");
        if (host == null || !isLocal(host)) {
            return "Host: " + host + " (expected: localhost or a loopback address)";
        }
        if (request.field("origin") != null) {
            return "Origin: " + request.field("origin") + " (expected: none)";
        }
        boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
        if (!isRead && request.field(FIELD) == null) {
            return "no " + FIELD + " (expected: this field, with any value)";
        }
        return null;
    }

    private static boolean isLocal(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return name.equalsIgnoreCase("localhost")
                || name.equals("[::1]")
                || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    }

    /** The port of the loopback address; 0 when there is none. */
    public int port() throws IOException {
        for (ServerSocketChannel channel : channels) {
            if (channel.getLocalAddress() instanceof InetSocketAddress address) {
                return address.getPort();
            }
        }
        return 0;
    }

    @Override
    public void close() {
        for (ServerSocketChannel channel : channels) {
            if (!channel.isOpen()) {
                continue;
            }
            try {
                boolean isSocket = !(channel.getLocalAddress() instanceof InetSocketAddress);
                channel.close();
                if (isSocket) {
                    Files.deleteIfExists(socket);
                }
            } catch (IOException e) {
                log.warn("admin interface not closed error={}", e.toString());
            }
        }
        threads.forEach(Thread::interrupt);
    }
}
