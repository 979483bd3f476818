package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.config.model.value.Network;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One bound address and what is spoken there. */
public record Listener(
        @Key String name,
        @Doc("Address to bind; without a host, every address of both families.")
                @Example("\":443\"")
                @Shorthand
                Address address,
        @Doc("Speak TLS here. Absent: plain HTTP.") @Example("{}") @Nullable Tls tls,
        @Doc("Answer every request with a redirect to HTTPS. For plain listeners.")
                @Default("false")
                boolean redirectToHttps,
        @Doc("What comes in here.") @Default("http") Protocol protocol,
        @Doc(
                        "Load balancers in front of this listener that begin each connection with a"
                                + " PROXY header, version 1 or 2. The client it names is then the"
                                + " client everywhere. Connections without it, and of others, are"
                                + " closed.")
                @Example("[10.0.0.0/8]")
                @Nullable ProxyProtocol proxyProtocol) {
    public Listener {
        if (tls != null && redirectToHttps) {
            throw new IllegalArgumentException(
                    "redirect-to-https with tls (expected: one of them; the redirect is for plain"
                            + " listeners)");
        }
        if (redirectToHttps && protocol != Protocol.HTTP) {
            throw new IllegalArgumentException(
                    "redirect-to-https without HTTP (expected: protocol: http)");
        }
        if (protocol == Protocol.UDP && (tls != null || proxyProtocol != null)) {
            throw new IllegalArgumentException(
                    (tls != null ? "tls" : "proxy-protocol")
                            + " with protocol: udp (expected: neither; they are for connections)");
        }
        if (tls != null && tls.starttls() != null && protocol != Protocol.TCP) {
            throw new IllegalArgumentException(
                    "starttls without protocol: tcp (expected: a listener for that protocol"
                            + " alone)");
        }
    }

    /** Whether requests come in here. */
    public boolean isHttp() {
        return protocol == Protocol.HTTP;
    }

    public boolean isUdp() {
        return protocol == Protocol.UDP;
    }

    /** What comes in. */
    public enum Protocol {
        @Doc("Requests for routes; with tls also connections for tcp-routes.")
        HTTP,
        @Doc("Connections for tcp-routes alone.")
        TCP,
        @Doc("Datagrams for udp-routes.")
        UDP
    }

    /** Whose word about clients is believed here. */
    public record ProxyProtocol(
            @Doc("Networks of the load balancers; all others are refused.")
                    @Example("[10.0.0.0/8]")
                    @Shorthand
                    List<Network> trusted) {
        public ProxyProtocol {
            trusted = List.copyOf(trusted);
            if (trusted.isEmpty()) {
                throw new IllegalArgumentException("no networks (expected: at least one)");
            }
        }

        /** Whether an address of 4 or 16 bytes is one of theirs. */
        public boolean isTrusted(byte[] address) {
            for (int i = 0; i < trusted.size(); i++) {
                if (trusted.get(i).contains(address)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** How TLS is spoken on a listener. */
    public record Tls(
            @Doc("Oldest TLS version accepted.") @Default("TLSv1.2") Version minVersion,
            @Doc(
                            "How long browsers must insist on HTTPS (Strict-Transport-Security,"
                                    + " without includeSubDomains); 0s sends nothing.")
                    @Default("365d")
                    @Range(max = "3650d")
                    Duration hsts,
            @Doc("Resume sessions by tickets; their keys rotate.") @Default("true") boolean tickets,
            @Doc(
                            "What clients say before TLS, in the protocol they then speak. For"
                                    + " listeners with protocol: tcp.")
                    @Example("postgres")
                    @Nullable StartTls starttls) {}

    /** A protocol that begins in clear text. */
    public enum StartTls {
        @Doc("SSLRequest of PostgreSQL; clear text and GSS encryption are refused.")
        POSTGRES
    }

    /** A version of TLS. */
    public enum Version {
        @Named("TLSv1.2")
        TLS_1_2,
        @Named("TLSv1.3")
        TLS_1_3
    }
}
