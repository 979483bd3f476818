package dev.sallyport.core.upstream.h2;

import dev.sallyport.core.exchange.Forwarding;
import java.util.ArrayList;
import java.util.List;

/**
 * One turn of reading on a connection: whoever it brought something for is flushed once, when it is
 * over.
 */
final class Turn {
    private final List<Forwarding> clients = new ArrayList<>();
    private final List<LinkTunnel> tunnels = new ArrayList<>(0);
    private boolean isUnderWay;

    boolean isUnderWay() {
        return isUnderWay;
    }

    void begin() {
        isUnderWay = true;
    }

    /** What is written from now on is not flushed by this turn. */
    void end() {
        isUnderWay = false;
    }

    /** Something was given to the client of {@code to}. */
    void delivered(Forwarding to) {
        int last = clients.size() - 1;
        if (isUnderWay && (last < 0 || clients.get(last) != to)) {
            clients.add(to);
        }
    }

    /** Something came for a tunnel, which is given all of it at once. */
    void delivered(LinkTunnel to) {
        if (!isUnderWay) {
            to.deliver();
        } else if (tunnels.isEmpty() || tunnels.getLast() != to) {
            tunnels.add(to);
        }
    }

    void flushClients() {
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).onReadComplete();
        }
        clients.clear();
        for (int i = 0; i < tunnels.size(); i++) {
            tunnels.get(i).deliver();
        }
        tunnels.clear();
    }
}
