package dev.sallyport.core.boot.admin;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Clients of one door that have not said yet what they want. When there are too many, the one that
 * has been silent the longest goes: however many say nothing, one that speaks is heard.
 */
final class Silent {
    private static final int MOST = 64;

    private final Set<SocketChannel> clients = new LinkedHashSet<>();

    /** Takes one in. */
    synchronized void enter(SocketChannel client) throws IOException {
        if (clients.size() == MOST) {
            SocketChannel eldest = clients.iterator().next();
            clients.remove(eldest);
            eldest.close();
        }
        clients.add(client);
    }

    /** One has spoken, or is gone. */
    synchronized void leave(SocketChannel client) {
        clients.remove(client);
    }
}
