package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.tls.ClientHello.Offer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    private static final byte[][] SPOKEN = {ascii("h2"), ascii("http/1.1")};

    @ParameterizedTest
    @CsvSource({
        "a.example, a.example",
        "A.Example, a.example",
        "a.example., a.example",
        "192.0.2.1, 192.0.2.1",
        "a_b.x, a_b.x"
    })
    void readsTheName(String sent, String read) {
        assertThat(read(extension(0, nameList(0, sent))))
                .isEqualTo(new ClientHello(read, Offer.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0.example", "a b", "é.example", "a\r\nb"})
    void refusesWhatIsNoName(String name) {
        assertThat(read(extension(0, nameList(0, name)))).isNull();
    }

    @Test
    void refusesANameLongerThanAnyHost() {
        assertThat(read(extension(0, nameList(0, "a".repeat(255))))).isNotNull();
        assertThat(read(extension(0, nameList(0, "a".repeat(256))))).isNull();
    }

    @Test
    void refusesTwoNamesANameOfAnotherTypeAndTwoExtensions() {
        var two = concat(nameList(0, "a.example"), entry(0, "b.example"));
        two[1] = (byte) (two.length - 2);

        assertThat(read(extension(0, two))).isNull();
        assertThat(read(extension(0, nameList(1, "a.example")))).isNull();
        assertThat(
                        read(
                                extension(0, nameList(0, "a.example")),
                                extension(0, nameList(0, "b.example"))))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http/1.1, COMMON",
        "h2 http/1.1, COMMON",
        "x h2, COMMON",
        "ftp, NOTHING_COMMON",
        "http/1.0, NOTHING_COMMON",
        "acme-tls/1, CHALLENGE",
        "acme-tls/1 http/1.1, COMMON",
        "acme-tls/1 ftp, NOTHING_COMMON"
    })
    void comparesTheProtocols(String offered, Offer offer) {
        assertThat(read(extension(16, protocols(offered.split(" ")))))
                .isEqualTo(new ClientHello(null, offer));
    }

    @Test
    void refusesBrokenProtocols() {
        assertThat(read(extension(16, new byte[] {0, 0}))).isNull();
        assertThat(read(extension(16, new byte[] {0, 1, 0}))).isNull();
        assertThat(read(extension(16, new byte[] {0, 2, 5, 'h'}))).isNull();
        assertThat(read(extension(16, new byte[] {0}))).isNull();
        assertThat(read(extension(16, protocols("h2")), extension(16, protocols("h2")))).isNull();
    }

    @Test
    void helloWithoutExtensionsNamesNobody() {
        assertThat(ClientHello.read(Unpooled.wrappedBuffer(prefix()), SPOKEN))
                .isEqualTo(new ClientHello(null, Offer.NONE));
    }

    @Test
    void everyCutIsRefusedAndNothingThrows() {
        var whole =
                hello(
                        extension(0, nameList(0, "a.example")),
                        extension(16, protocols("h2", "http/1.1")));
        for (var length = 0; length < whole.length; length++) {
            if (length != prefix().length) {
                assertThat(ClientHello.read(Unpooled.wrappedBuffer(whole, 0, length), SPOKEN))
                        .isNull();
            }
        }
    }

    @Test
    void anyByteMayBeWrongWithoutAnException() {
        var random = new SplittableRandom(7);
        var whole =
                hello(
                        extension(0, nameList(0, "a.example")),
                        extension(16, protocols("h2", "http/1.1")));
        for (var run = 0; run < 50_000; run++) {
            var broken = whole.clone();
            for (var flips = random.nextInt(1, 4); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            ByteBuf buffer = Unpooled.wrappedBuffer(broken);
            ClientHello.read(buffer, SPOKEN);
            assertThat(buffer.readerIndex()).isZero();
        }
    }

    private static @Nullable ClientHello read(byte[]... extensions) {
        return ClientHello.read(Unpooled.wrappedBuffer(hello(extensions)), SPOKEN);
    }

    private static byte[] prefix() {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[34]);
        out.writeBytes(
                new byte[] {0, 0, 2, 0x13, 0x01, 1, 0}); // no session, one cipher, no compression
        return out.toByteArray();
    }

    private static byte[] hello(byte[]... extensions) {
        var all = concat(extensions);
        return concat(prefix(), new byte[] {(byte) (all.length >> 8), (byte) all.length}, all);
    }

    private static byte[] extension(int type, byte[] content) {
        return concat(
                new byte[] {0, (byte) type, (byte) (content.length >> 8), (byte) content.length},
                content);
    }

    private static byte[] nameList(int type, String name) {
        var entry = entry(type, name);
        return concat(new byte[] {(byte) (entry.length >> 8), (byte) entry.length}, entry);
    }

    private static byte[] entry(int type, String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        return concat(
                new byte[] {(byte) type, (byte) (bytes.length >> 8), (byte) bytes.length}, bytes);
    }

    private static byte[] protocols(String... names) {
        var out = new ByteArrayOutputStream();
        for (var name : names) {
            out.write(name.length());
            out.writeBytes(ascii(name));
        }
        return concat(new byte[] {0, (byte) out.size()}, out.toByteArray());
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
