package dev.sallyport.core.docker;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests without a pause, as a program of its own: it runs inside of the engine's namespace. Ends
 * with its standard input, and tells how many were answered with 200.
 */
final class Load {
    private static final long PAUSE_NANOS = 500_000;

    private final String host;
    private final int port;
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile String firstFailure = "none";
    private volatile boolean isEnding;

    private Load(String host, int port) {
        this.host = host;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        Load load = new Load(args[0], Integer.parseInt(args[1]));
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            clients.add(Thread.ofPlatform().start(load::run));
        }
        while (System.in.read() >= 0) {
            System.out.println("good=" + load.good + " failed=" + load.failed);
        }
        load.isEnding = true;
        for (Thread client : clients) {
            client.join();
        }
        System.out.println(
                "end good=" + load.good + " failed=" + load.failed + " first=" + load.firstFailure);
    }

    private void run() {
        while (!isEnding) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(15_000);
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (!isEnding) {
                    ask(socket, in);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                fail(e.toString());
            }
        }
    }

    private void ask(Socket socket, InputStream in) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = answer(in);
        if (status.startsWith("HTTP/1.1 200")) {
            good.incrementAndGet();
        } else {
            fail(status);
        }
    }

    /** Reads a whole response; its first line. */
    static String answer(InputStream in) throws IOException {
        String status = line(in);
        int length = 0;
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            if (field.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(field.substring(15).strip());
            }
        }
        in.skipNBytes(length);
        return status;
    }

    private void fail(String what) {
        if (failed.getAndIncrement() == 0) {
            firstFailure = what;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("closed after \"" + line + "\"");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
