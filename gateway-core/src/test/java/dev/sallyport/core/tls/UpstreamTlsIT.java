package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpstreamTlsIT {
    private final NettyClient client = new NettyClient();
    private FakeEdge endpoint;
    @TempDir Path folder;

    @BeforeEach
    void start() throws Exception {
        endpoint = new FakeEdge(FakeEdge.settings(), TlsEngine.NATIVE, "app.internal", "127.0.0.1");
        Files.writeString(folder.resolve("ca.pem"), endpoint.ca.rootPem());
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    @ParameterizedTest
    @EnumSource
    void endpointThatProvesItsNameIsReached(TlsEngine engine) throws Exception {
        assertThat(connect(engine, settings("app.internal", "ca.pem", true), "127.0.0.1"))
                .isEqualTo("http/1.1");
        assertThat(endpoint.session().serverName()).isEqualTo("app.internal");
        assertThat(connect(engine, settings(null, "ca.pem", true), "app.internal"))
                .isEqualTo("http/1.1");
    }

    @ParameterizedTest
    @EnumSource
    void nameOfOneLabelIsAskedForAndVerified(TlsEngine engine) throws Exception {
        endpoint.serve("app", "other");

        connect(engine, settings(null, "ca.pem", true), "app");
        assertThat(endpoint.session().serverName()).isEqualTo("app");

        assertThatThrownBy(() -> connect(engine, settings("third", "ca.pem", true), "app"))
                .isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void endpointByAddressMustBearTheAddress(TlsEngine engine) throws Exception {
        connect(engine, settings(null, "ca.pem", true), "127.0.0.1");
        assertThat(endpoint.session().serverName()).isNull();

        endpoint.serve("app.internal");
        assertThatThrownBy(() -> connect(engine, settings(null, "ca.pem", true), "127.0.0.1"))
                .isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void endpointWithAnotherNameIsRefused(TlsEngine engine) throws Exception {
        var defaulting =
                new ServerTlsSettings(
                        "p",
                        ServerTlsSettings.TlsVersion.TLS_1_2,
                        true,
                        List.of("http/1.1"),
                        Duration.ofSeconds(10),
                        "app.internal");
        try (var liar = new FakeEdge(defaulting, TlsEngine.NATIVE, "app.internal")) {
            Files.writeString(folder.resolve("liar.pem"), liar.ca.rootPem());

            assertThatThrownBy(() ->
                            connect(
                                    engine,
                                    settings("bank.example", "liar.pem", true),
                                    "127.0.0.1",
                                    liar.port()))
                    .isInstanceOf(SSLException.class)
                    .hasStackTraceContaining("bank.example");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endpointOfAnUnknownAuthorityIsRefused(TlsEngine engine) throws Exception {
        var other = InternalCa.create(endpoint.clock, new SecureRandom());
        Files.writeString(folder.resolve("other.pem"), other.rootPem());

        assertThatThrownBy(() ->
                        connect(engine, settings("app.internal", "other.pem", true), "127.0.0.1"))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> connect(engine, settings("app.internal", null, true), "127.0.0.1"))
                .isInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @EnumSource
    void anybodyIsTrustedOnlyWhereThatIsSaid(TlsEngine engine) throws Exception {
        assertThat(connect(engine, settings("app.internal", null, false), "127.0.0.1"))
                .isEqualTo("http/1.1");
    }

    @Test
    void fileOfAuthoritiesThatCannotBeUsedClosesTheUpstream() throws Exception {
        Files.writeString(folder.resolve("empty.pem"), "");

        for (var file : List.of("missing.pem", "empty.pem")) {
            assertThatThrownBy(() ->
                            UpstreamTls.create(
                                    settings("app.internal", file, true), TlsEngine.NATIVE))
                    .isInstanceOf(UnusableCertificateException.class)
                    .hasMessageContaining(file);
        }
        assertThatThrownBy(() ->
                        UpstreamTls.create(
                                new UpstreamTls.Settings(
                                        null,
                                        Path.of("/dev/null"),
                                        true,
                                        List.of(),
                                        Duration.ofSeconds(1)),
                                TlsEngine.NATIVE))
                .hasMessageContaining("/dev/null: no certificate");
    }

    @Test
    void sessionsAreResumed() throws Exception {
        try (var tls =
                UpstreamTls.create(settings("app.internal", "ca.pem", true), TlsEngine.NATIVE)) {
            var port = endpoint.port();
            for (var i = 0; i < 2; i++) {
                var handler =
                        client.connect(
                                port,
                                channel -> tls.newHandler(channel.alloc(), "127.0.0.1", port));
                NettyClient.exchange(handler);
            }
        }

        assertThat(endpoint.session().resumed()).isFalse();
        assertThat(endpoint.session().resumed()).isTrue();
    }

    private UpstreamTls.Settings settings(
            @Nullable String serverName, @Nullable String caFile, boolean verify) {
        return new UpstreamTls.Settings(
                serverName,
                caFile == null ? null : folder.resolve(caFile),
                verify,
                List.of("http/1.1"),
                Duration.ofSeconds(10));
    }

    private @Nullable String connect(TlsEngine engine, UpstreamTls.Settings settings, String host)
            throws Exception {
        return connect(engine, settings, host, endpoint.port());
    }

    private @Nullable String connect(
            TlsEngine engine, UpstreamTls.Settings settings, String host, int port)
            throws Exception {
        try (var tls = UpstreamTls.create(settings, engine)) {
            return client.connect(port, channel -> tls.newHandler(channel.alloc(), host, port))
                    .applicationProtocol();
        }
    }
}
