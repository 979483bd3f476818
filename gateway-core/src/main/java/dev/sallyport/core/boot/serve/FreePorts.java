package dev.sallyport.core.boot.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback address that nobody uses. */
final class FreePorts {
    private static final int TRIES = 100;

    private FreePorts() {}

    /** The first free one from {@code wanted} on. */
    static int from(int wanted) throws IOException {
        for (int port = wanted; port < wanted + TRIES; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException(
                "ports " + wanted + " to " + (wanted + TRIES - 1) + ": none is free on loopback");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
