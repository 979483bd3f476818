package dev.sallyport.core.tls;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.Library;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What does the cryptography of TLS; chosen once at start and said in the log and in {@code
 * status}.
 */
public enum TlsEngine {
    /** BoringSSL through tcnative: a quarter of the other's cost per handshake. */
    NATIVE,
    /** The JDK's own, where the native library does not load. */
    JDK;

    /**
     * Bytes that each connection keeps to its end, for what BoringSSL writes while it reads: of a
     * flight of the handshake the beginning, of anything later an alert or an answer to a change of
     * keys. The rest of a flight goes straight into the buffer for the wire. Netty's default of
     * 2048 would be a sixth of an idle connection.
     */
    private static final int OWN_WRITES = 128;

    /** The best engine this machine can run. */
    public static TlsEngine detect() {
        return OpenSsl.isAvailable() ? NATIVE : JDK;
    }

    /** One line for the start log; for the JDK with the reason why it is not the native one. */
    public String tlsEngine() {
        if (this == NATIVE) {
            return OpenSsl.versionString();
        }
        var cause = OpenSsl.unavailabilityCause();
        return "JDK "
                + Runtime.version()
                + (cause == null ? "" : " (native engine unavailable: " + cause + ")");
    }

    /** Version of the library that binds the native engine; null for the JDK's. */
    public @Nullable String libraryVersion() {
        return this == NATIVE ? Library.class.getPackage().getImplementationVersion() : null;
    }

    /** The most thorough proof that is quick enough for ten thousand keys at once. */
    public KeyMaterial.Proof proof() {
        return this == NATIVE ? new NativeProof() : Pem::parse;
    }

    /** Proves what was never proved before; where it cannot, a signature must. */
    public KeyMaterial.Proof fullProof() {
        return this == NATIVE ? new NativeProof() : KeyMaterial.Proof.NONE;
    }

    /** A context of this engine, whose connections keep no more memory than they need. */
    SslContext build(SslContextBuilder builder) throws SSLException {
        var context = builder.sslProvider(provider()).build();
        if (context instanceof ReferenceCountedOpenSslContext lean) {
            lean.setBioNonApplicationBufferSize(OWN_WRITES);
        }
        return context;
    }

    private SslProvider provider() {
        return this == NATIVE ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
    }
}
