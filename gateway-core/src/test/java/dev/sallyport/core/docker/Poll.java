package dev.sallyport.core.docker;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks again and again, as a program of its own inside of the engine's namespace, and tells when
 * answers begin to be good: {@code up MICROSECONDS}, and when that ends: {@code down}. With {@code
 * once} as its third word it asks at each byte it is given, until the first good answer.
 */
final class Poll {
    private static final long PAUSE_NANOS = 300_000;

    private Poll() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        if (args.length > 2) {
            while (System.in.read() >= 0) {
                askOnce(args[0], port);
            }
            return;
        }
        Thread.ofPlatform().daemon().start(() -> ask(args[0], port));
        while (System.in.read() >= 0) {
            // until whoever started it ends it
        }
    }

    private static void askOnce(String host, int port) {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (isGood(host, socket, new BufferedInputStream(socket.getInputStream()))) {
                    System.out.println("up " + now());
                    return;
                }
            } catch (IOException _) {
                // not yet
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void ask(String host, int port) {
        boolean isUp = false;
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                while (true) {
                    boolean isGood = isGood(host, socket, in);
                    if (isGood != isUp) {
                        isUp = isGood;
                        System.out.println(isUp ? "up " + now() : "down");
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException _) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
    }

    private static boolean isGood(String host, Socket socket, InputStream in) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return Load.answer(in).startsWith("HTTP/1.1 200");
    }
}
