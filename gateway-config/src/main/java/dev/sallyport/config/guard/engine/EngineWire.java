package dev.sallyport.config.guard.engine;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A connection to an engine, whatever it runs over. Closing it ends a blocked read. */
record EngineWire(InputStream in, OutputStream out, Closeable wire) implements Closeable {
    static EngineWire of(SocketChannel channel) {
        return new EngineWire(
                Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }

    static EngineWire of(Socket socket) throws IOException {
        return new EngineWire(socket.getInputStream(), socket.getOutputStream(), socket);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
