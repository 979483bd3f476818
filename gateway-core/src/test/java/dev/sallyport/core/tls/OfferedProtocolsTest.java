package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

/** The protocols in a hello, as they are needed to find whose it is. */
final class OfferedProtocolsTest {
    private static final byte[][] NOTHING_SPOKEN = {};

    /** The body of a hello of the JDK's client: without the heads of record and message. */
    private static byte[] hello(String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        var engine = context.createSSLEngine("a.example", 443);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("a.example")));
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(32_768);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOfRange(out.array(), 9, out.position());
    }

    @Test
    void areReadInTheClientsOrder() throws Exception {
        ByteBuf body = Unpooled.wrappedBuffer(hello("postgresql", "h2", "x"));

        assertThat(ClientHello.offered(body)).containsExactly("postgresql", "h2", "x");
        assertThat(ClientHello.read(body, NOTHING_SPOKEN))
                .isEqualTo(new ClientHello("a.example", ClientHello.Offer.COMMON));
    }

    @Test
    void areNoneWhereTheClientDoesNotSay() throws Exception {
        assertThat(ClientHello.offered(Unpooled.wrappedBuffer(hello()))).isEmpty();
        // Version, random, no session, one cipher, one compression, no extensions: TLS 1.2.
        byte[] old = new byte[2 + 32 + 1 + 4 + 2];
        old[0] = 3;
        old[1] = 3;
        old[2 + 32 + 2] = 2;
        old[2 + 32 + 1 + 4] = 1;
        ByteBuf body = Unpooled.wrappedBuffer(old);
        assertThat(ClientHello.read(body, NOTHING_SPOKEN)).isNotNull();
        assertThat(ClientHello.offered(body)).isEmpty();
    }

    @Test
    void wellFormedHelloNeverThrowsWhateverIsInIt() throws Exception {
        byte[] good = hello("postgresql", "h2");
        Random random = new Random(7);
        int wellFormed = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            ByteBuf body = Unpooled.wrappedBuffer(bytes, 0, bytes.length - random.nextInt(2));
            if (ClientHello.read(body, NOTHING_SPOKEN) != null) {
                wellFormed++;
                assertThat(ClientHello.offered(body)).hasSizeLessThan(32);
            }
        }
        assertThat(wellFormed).isPositive();
    }
}
