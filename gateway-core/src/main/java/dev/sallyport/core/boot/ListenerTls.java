package dev.sallyport.core.boot;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.config.model.Limits;
import dev.sallyport.config.model.Listener;
import dev.sallyport.core.listen.Listeners;
import dev.sallyport.core.tls.ServerTls;
import dev.sallyport.core.tls.ServerTlsSettings;
import dev.sallyport.core.tls.TlsEngine;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the TLS of listeners as their settings ask for it, with what all of an edge share. */
record ListenerTls(
        CertificateStore certificates,
        ChallengeBoard challenges,
        ClientAuthorities clientAuthorities,
        TlsEngine engine,
        Clock clock,
        SecureRandom random)
        implements Listeners.TlsMaker {
    @Override
    public ServerTls make(
            Listener listener,
            Listener.Tls settings,
            Limits limits,
            @Nullable List<String> protocols) {
        return ServerTls.create(
                settings(listener, settings, limits, protocols),
                certificates,
                challenges,
                engine,
                clock,
                random);
    }

    private ServerTlsSettings settings(
            Listener listener,
            Listener.Tls settings,
            Limits limits,
            @Nullable List<String> protocols) {
        ServerTlsSettings.TlsVersion oldest =
                settings.minVersion() == Listener.Version.TLS_1_2
                        ? ServerTlsSettings.TlsVersion.TLS_1_2
                        : ServerTlsSettings.TlsVersion.TLS_1_3;
        return new ServerTlsSettings(
                // No session of requests is resumed by a connection of another kind.
                protocols == null
                        ? listener.name()
                        : listener.name() + "/tcp/" + String.join(",", protocols),
                oldest,
                settings.tickets(),
                protocols == null ? spoken(listener) : protocols,
                limits.handshakeTimeout(),
                null,
                clientAuthorities.of(listener));
    }

    /** What requests are spoken in over TCP. */
    private static List<String> spoken(Listener listener) {
        return listener.spoken().stream()
                .filter(each -> each != Listener.Protocol.H3)
                .map(Listener.Protocol::alpn)
                .toList();
    }
}
