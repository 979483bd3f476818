package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.OpenSsl;
import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.nio.charset.StandardCharsets;

/**
 * Lets BoringSSL compare the public keys, as it does in a handshake: tens of microseconds, where a
 * cold JVM takes milliseconds to sign once. Control.
 */
final class NativeProof implements KeyMaterial.Proof {
    NativeProof() {
        OpenSsl.ensureAvailability(); // it loads the library; used before, the library is lost
    }

    @Override
    public void require(String key, String leaf) throws UnusableCertificateException {
        try (var pair = new Pair()) {
            pair.load(key, leaf);
        } catch (Exception e) { // the library declares no other
            throw new UnusableCertificateException(
                    "the key does not belong to the certificate: " + e.getMessage(), e);
        } finally {
            SSL.clearError();
        }
    }

    /** What the library made of a key and a certificate; nothing of it outlives the comparison. */
    private static final class Pair implements AutoCloseable {
        private long context;
        private long engine;
        private long certificate;
        private long key;

        void load(String keyText, String leafText) throws Exception {
            context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_SERVER);
            engine = SSL.newSSL(context, true);
            certificate = parse(leafText, SSL::parseX509Chain);
            key = parse(keyText, text -> SSL.parsePrivateKey(text, null));
            SSL.setKeyMaterial(engine, certificate, key); // throws when they are no pair
        }

        private static long parse(String text, Parser parser) throws Exception {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            long copy = SSL.newMemBIO();
            ByteBuf buffer = Unpooled.directBuffer(bytes.length);
            try {
                buffer.writeBytes(bytes);
                SSL.bioWrite(copy, Buffer.address(buffer.nioBuffer()), bytes.length);
                return parser.parse(copy);
            } finally {
                buffer.setZero(0, bytes.length);
                buffer.release();
                SSL.freeBIO(copy);
            }
        }

        @Override
        public void close() {
            if (key != 0) {
                SSL.freePrivateKey(key);
            }
            if (certificate != 0) {
                SSL.freeX509Chain(certificate);
            }
            if (engine != 0) {
                SSL.freeSSL(engine);
            }
            if (context != 0) {
                SSLContext.free(context);
            }
        }
    }

    private interface Parser {
        long parse(long text) throws Exception;
    }
}
