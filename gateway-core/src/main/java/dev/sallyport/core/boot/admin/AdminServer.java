package dev.sallyport.core.boot.admin;

import dev.sallyport.config.patience.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
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
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface: on a unix socket that its owner alone may open and, when asked for, on an
 * address, by TLS or on loopback. There it defends itself against web pages: the Host must be a
 * local one or named in the certificate, and what changes something needs a field that a form
 * cannot send.
 */
public final class AdminServer implements AutoCloseable {
    /** The field that a request other than GET must carry at an address; any value. */
    public static final String FIELD = "x-sallyport-admin";

    private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_AT_A_TIME = 32;

    private final AdminHandler handler;
    private final List<Thread> threads = new ArrayList<>();
    private final List<ServerSocketChannel> channels = new ArrayList<>();
    private final Path socket;
    private final @Nullable AdminTls tls;

    /** One way in, with clients and places of its own: a crowd at one is none at the other. */
    private record Door(
            ServerSocketChannel channel,
            String name,
            boolean isAddress,
            Silent silent,
            Semaphore places) {
        Door(ServerSocketChannel channel, String name, boolean isAddress) {
            this(channel, name, isAddress, new Silent(), new Semaphore(MOST_AT_A_TIME));
        }
    }

    private AdminServer(AdminHandler handler, Path socket, @Nullable AdminTls tls) {
        this.handler = handler;
        this.socket = socket;
        this.tls = tls;
    }

    /**
     * Opens the doors.
     *
     * @param address on loopback unless {@code tls} asks clients; null for the socket alone
     * @param tls spoken at the address; null for plain HTTP
     * @throws IOException naming the setting, when a door cannot be opened; none is then
     */
    public static AdminServer start(
            AdminHandler handler,
            Path socket,
            @Nullable InetSocketAddress address,
            @Nullable AdminTls tls)
            throws IOException {
        AdminServer server = new AdminServer(handler, socket, tls);
        try {
            server.serve(new Door(AdminSocket.open(socket), "admin-socket", false));
            if (address != null) {
                server.serve(new Door(bind(address), "admin-address", true));
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

    private void serve(Door door) {
        channels.add(door.channel());
        threads.add(Thread.ofVirtual().name(door.name()).start(() -> accept(door)));
    }

    private void accept(Door door) {
        while (door.channel().isOpen()) {
            try {
                SocketChannel client = door.channel().accept();
                door.silent().enter(client);
                Thread.ofVirtual().name(door.name() + "-client").start(() -> hold(client, door));
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                log.warn("admin connection not accepted error={}", e.toString());
            }
        }
    }

    private void hold(SocketChannel client, Door door) {
        try (client;
                var _ = new TimeLimit(PATIENCE).on(client)) {
            AdminTls secured = door.isAddress() ? tls : null;
            if (secured == null) {
                InputStream in = Channels.newInputStream(client);
                answer(client, in, Channels.newOutputStream(client), door);
            } else {
                try (Socket socket = secured.secure(client)) {
                    answer(client, socket.getInputStream(), socket.getOutputStream(), door);
                }
            }
        } catch (IOException e) {
            log.debug("admin connection ended error={}", e.toString());
        } finally {
            door.silent().leave(client);
        }
    }

    private void answer(SocketChannel client, InputStream in, OutputStream out, Door door)
            throws IOException {
        boolean hasPlace = false;
        try {
            AdminRequest request = AdminWire.readRequest(in);
            door.silent().leave(client);
            hasPlace = door.places().tryAcquire();
            boolean hasBody = !request.method().equals("HEAD");
            String refusal = door.isAddress() ? refusal(request, tls) : null;
            AdminAnswer answer;
            if (!hasPlace) {
                answer = AdminAnswer.text(503, "too many at a time");
            } else if (refusal != null) {
                answer = AdminAnswer.text(403, refusal);
            } else {
                answer = handled(request);
            }
            AdminWire.writeAnswer(out, answer, hasBody);
        } catch (AdminWire.Refused e) {
            AdminWire.writeAnswer(
                    out, AdminAnswer.text(e.status, String.valueOf(e.getMessage())), true);
        } finally {
            if (hasPlace) {
                door.places().release();
            }
        }
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
    static @Nullable String refusal(AdminRequest request, @Nullable AdminTls tls) {
        String host = request.field("host");
        if (host == null || (!isLocal(host) && (tls == null || !tls.isNamed(name(host))))) {
            return "Host: "
                    + host
                    + " (expected: localhost or a loopback address"
                    + (tls == null ? ")" : ", or one that the certificate names)");
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

    private static String name(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private static boolean isLocal(String host) {
        String name = name(host);
        return name.equalsIgnoreCase("localhost")
                || name.equals("[::1]")
                || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
    }

    /** Looks at keys and authorities again. Blocking. */
    public void refresh() {
        if (tls != null) {
            tls.refresh();
        }
    }

    /** What is wrong with them at present. */
    public List<String> problems() {
        return tls == null ? List.of() : tls.problems();
    }

    /** Clients not let in at the address by TLS, by reason. */
    public void refusals(ObjLongConsumer<String> taker) {
        if (tls != null) {
            tls.refusals(taker);
        }
    }

    /** The port of the address; 0 when there is none. */
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
