package dev.sallyport.core.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and the edge as a NAT does: it can take another port towards the edge.
 */
final class UdpRelay implements AutoCloseable {
    private final SocketAddress edge;
    private final DatagramSocket front;
    private final List<DatagramSocket> backs = new CopyOnWriteArrayList<>();
    private volatile @Nullable SocketAddress client;

    UdpRelay(int port) {
        try {
            edge = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            front = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            rebind();
            Thread.ofVirtual().name("relay").start(this::forward);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return front.getLocalPort();
    }

    /** From now on what the client sends comes from another port. */
    void rebind() throws IOException {
        var back = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        backs.add(back);
        Thread.ofVirtual().name("relay back").start(() -> backward(back));
    }

    private void forward() {
        var packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                front.receive(packet);
                client = packet.getSocketAddress();
                backs.getLast()
                        .send(new DatagramPacket(packet.getData(), packet.getLength(), edge));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void backward(DatagramSocket back) {
        var packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                back.receive(packet);
                front.send(new DatagramPacket(packet.getData(), packet.getLength(), client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() {
        front.close();
        backs.forEach(DatagramSocket::close);
    }
}
