package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.tls.HandshakeListener.Failure;
import dev.sallyport.core.tls.ServerTlsSettings.TlsVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelloIT {
    @Test
    void helloThatComesByteByByteIsServed() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setTcpNoDelay(true);
            for (var b : hello("a.example")) {
                socket.getOutputStream().write(b);
                socket.getOutputStream().flush();
            }

            assertThat(socket.getInputStream().read())
                    .isEqualTo(22); // a handshake record: ServerHello
        }
    }

    @Test
    void whoPacesReadsIsServedToo() throws Exception {
        try (var edge = new FakeEdge(false, FakeEdge.settings(), TlsEngine.NATIVE, "a.example")) {
            for (var version : List.of("-tls1_2", "-tls1_3")) {
                OpenSslClient.connectUntilAnswered(
                        edge.port(), "-servername", "a.example", version);
            }
        }
    }

    @Test
    void helloInManyRecordsIsServed() throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            var whole = hello("a.example");
            var out = new ByteArrayOutputStream();
            for (var at = 5; at < whole.length; at += 100) {
                var length = Math.min(100, whole.length - at);
                out.writeBytes(new byte[] {22, 3, 1, 0, (byte) length});
                out.write(whole, at, length);
            }
            socket.getOutputStream().write(out.toByteArray());

            assertThat(socket.getInputStream().read()).isEqualTo(22);
        }
    }

    @Test
    void helloThatClaimsMegabytesIsClosedAtOnce() throws Exception {
        assertRefused(
                new byte[] {22, 3, 1, 0x40, 0, 1, 0, (byte) 0xff, (byte) 0xff},
                0x4000 - 4,
                Failure.BAD_HELLO);
    }

    @Test
    void helloInEndlessSmallRecordsIsClosed() throws Exception {
        var record = new byte[] {22, 3, 1, 0, 1, 0};
        var flood = new byte[40 * 1024 / record.length * record.length];
        flood[0] = 22;
        for (var at = 0; at < flood.length; at += record.length) {
            System.arraycopy(record, 0, flood, at, record.length);
        }
        // a hello of 16000 bytes, one byte in each record
        flood[5] = 1;
        flood[5 + 2 * record.length] = 0x3e;
        assertRefused(flood, 0, Failure.BAD_HELLO);
    }

    @Test
    void plainHttpIsClosedAndCounted() throws Exception {
        assertRefused(
                "GET / HTTP/1.1\r\nhost: a.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                0,
                Failure.NOT_TLS);
    }

    @Test
    void malformedHelloIsRefused() throws Exception {
        var broken = hello("a.example");
        broken[43] = (byte) 0xff; // the length of the session id
        assertRefused(broken, 0, Failure.BAD_HELLO);
    }

    @Test
    void clientThatSaysNothingIsClosedInTime() throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofMillis(200),
                        null);
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example");
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(5000);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(edge.failure()).isEqualTo(Failure.TIMEOUT);
        }
    }

    @Test
    void clientThatStopsInTheHandshakeIsClosedInTime() throws Exception {
        var settings =
                new ServerTlsSettings(
                        "p",
                        TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofMillis(300),
                        null);
        try (var edge = new FakeEdge(settings, TlsEngine.NATIVE, "a.example");
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(hello("a.example"));

            socket.getInputStream().readAllBytes();
            assertThat(edge.failure()).isEqualTo(Failure.TIMEOUT);
        }
    }

    private void assertRefused(byte[] bytes, int padding, Failure reason) throws Exception {
        try (var edge = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "a.example");
                var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(5000);
            try {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().write(new byte[padding]);
            } catch (IOException e) {
                // closed while we were still talking
            }
            assertThat(edge.failure()).isEqualTo(reason);
        }
    }

    /** The hello of a real client, record header and all. */
    static byte[] hello(String name) throws Exception {
        var context =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL_REFCNT)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build();
        var handler = context.newHandler(ByteBufAllocator.DEFAULT, name, 443);
        var channel = new EmbeddedChannel(handler);
        ByteBuf hello = channel.readOutbound();
        var bytes = new byte[hello.readableBytes()];
        hello.readBytes(bytes).release();
        channel.finishAndReleaseAll();
        ReferenceCountUtil.release(context);
        return bytes;
    }
}
