package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.Address;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
        @Doc("What comes in here.") @Default("http") Kind kind,
        @Doc(
                        "Load balancers in front of this listener that begin each connection with a"
                                + " PROXY header, version 1 or 2. The client it names is then the"
                                + " client everywhere. Connections without it, and of others, are"
                                + " closed.")
                @Example("[10.0.0.0/8]")
                @Nullable ProxyProtocol proxyProtocol,
        @Doc(
                        "What is spoken, the preferred first. With TLS, ALPN offers them: absent"
                                + " means h3, h2 and http/1.1; h3 is spoken over UDP at the same"
                                + " port, and not behind proxy-protocol. Without TLS, h2 is for clients that know it beforehand"
                                + " (h2c): absent means http/1.1 alone.")
                @Example("[h2, http/1.1]")
                List<Protocol> protocols) {
    public Listener {
        protocols = List.copyOf(protocols);
        if (protocols.size() != Set.copyOf(protocols).size()) {
            throw new IllegalArgumentException("protocols: one twice (expected: each once)");
        }
        if (protocols.equals(List.of(Protocol.H3))) {
            throw new IllegalArgumentException(
                    "protocols: h3 alone (expected: h2 or http/1.1 too; clients learn of h3 by"
                            + " them)");
        }
        if (tls == null && protocols.contains(Protocol.H3)) {
            throw new IllegalArgumentException("protocols: h3 without tls (expected: tls)");
        }
        if (tls != null && tls.clientCertificates() != null) {
            requireAskable(tls.clientCertificates(), tls, protocols);
        }
        if (proxyProtocol != null && protocols.contains(Protocol.H3)) {
            throw new IllegalArgumentException(
                    "protocols: h3 with proxy-protocol (expected: h2 or http/1.1; no PROXY header"
                            + " comes with datagrams)");
        }
        if (tls != null && redirectToHttps) {
            throw new IllegalArgumentException(
                    "redirect-to-https with tls (expected: one of them; the redirect is for plain"
                            + " listeners)");
        }
        if (redirectToHttps && kind != Kind.HTTP) {
            throw new IllegalArgumentException(
                    "redirect-to-https without HTTP (expected: kind: http)");
        }
        if (kind == Kind.UDP && (tls != null || proxyProtocol != null)) {
            throw new IllegalArgumentException(
                    (tls != null ? "tls" : "proxy-protocol")
                            + " with kind: udp (expected: neither; they are for connections)");
        }
        if (kind != Kind.HTTP && !protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols without HTTP (expected: kind: http)");
        }
        if (tls != null && tls.starttls() != null && kind != Kind.TCP) {
            throw new IllegalArgumentException(
                    "starttls without kind: tcp (expected: a listener for that protocol"
                            + " alone)");
        }
    }

    /** Whether requests come in here. */
    public boolean isHttp() {
        return kind == Kind.HTTP;
    }

    public boolean isUdp() {
        return kind == Kind.UDP;
    }

    /** What comes in. */
    public enum Kind {
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

    private static void requireAskable(
            ClientCertificates clients, Tls tls, List<Protocol> protocols) {
        if (!clients.hosts().isEmpty()
                && (protocols.isEmpty() || protocols.contains(Protocol.H3))) {
            // In QUIC whom to ask is settled before the name in the hello is known.
            throw new IllegalArgumentException(
                    "tls.client-certificates.hosts with h3 (expected: protocols: [h2, http/1.1];"
                            + " h3 asks the clients of all hosts)");
        }
        if (tls.http3().earlyData()) {
            throw new IllegalArgumentException(
                    "tls.client-certificates with http3.early-data (expected: one of them)");
        }
    }

    /** What is spoken here, with the default filled in. */
    public List<Protocol> spoken() {
        if (!protocols.isEmpty()) {
            return protocols;
        }
        if (tls == null) {
            return List.of(Protocol.HTTP_11);
        }
        return proxyProtocol == null
                ? List.of(Protocol.H3, Protocol.H2, Protocol.HTTP_11)
                : List.of(Protocol.H2, Protocol.HTTP_11);
    }

    /** Whose certificates are asked for here; null when nobody's are. */
    public @Nullable ClientCertificates askedClients() {
        return tls == null ? null : tls.clientCertificates();
    }

    /** Whether HTTP/3 is spoken here, over UDP at the same port. */
    public boolean speaksHttp3() {
        return isHttp() && tls != null && spoken().contains(Protocol.H3);
    }

    /** A version of HTTP, by its name in ALPN. */
    public enum Protocol {
        @Named("h3")
        H3("h3"),
        @Named("h2")
        H2("h2"),
        @Named("http/1.1")
        HTTP_11("http/1.1");

        private final String alpn;

        Protocol(String alpn) {
            this.alpn = alpn;
        }

        public String alpn() {
            return alpn;
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
            @Doc("HTTP/3, spoken over UDP at the same port where protocols has h3.") @Default("{}")
                    Http3 http3,
            @Doc(
                            "What clients say before TLS, in the protocol they then speak. For"
                                    + " listeners with kind: tcp.")
                    @Example("postgres")
                    @Nullable StartTls starttls,
            @Doc("Ask clients for certificates (mTLS). Absent: nobody is asked.")
                    @Example("[clients-ca.pem]")
                    @Nullable ClientCertificates clientCertificates) {}

    /** Whose certificates are asked for, and by whom they must be issued. */
    public record ClientCertificates(
            @Doc(
                            "PEM files of the authorities that issue to clients; one of an"
                                    + " intermediate authority pins that. Read again when they"
                                    + " change. One that is missing, broken or expired lets nobody"
                                    + " in.")
                    @Example("[clients-ca.pem]")
                    @Shorthand
                    List<Path> caFiles,
            @Doc("What becomes of clients without a certificate.") @Default("required") Mode mode,
            @Doc(
                            "Hosts whose clients are asked, by the name in their hello; absent: all."
                                    + " Others reach these hosts by no other name (421). Not with"
                                    + " h3, where all are asked.")
                    @Example("[admin.example.com]")
                    List<HostPattern> hosts,
            @Doc("What endpoints are told of a client's certificate (RFC 9440).")
                    @Default("certificate")
                    Forward forward) {
        public ClientCertificates {
            caFiles = List.copyOf(caFiles);
            hosts = List.copyOf(hosts);
            if (caFiles.isEmpty()) {
                throw new IllegalArgumentException("no ca-files (expected: at least one)");
            }
        }

        /** What becomes of clients without a certificate. */
        public enum Mode {
            @Doc("They get no connection.")
            REQUIRED,
            @Doc("They get one; routes refuse them by the filter client-certificate.")
            OPTIONAL
        }

        /** What endpoints are told of a client's certificate. */
        public enum Forward {
            @Doc("The certificate, in Client-Cert.")
            CERTIFICATE,
            @Doc("The certificate and those above it, in Client-Cert and Client-Cert-Chain.")
            CHAIN,
            @Doc("Nothing.")
            NONE
        }

        /** Whether the clients of a host are asked; null when its name is not known. */
        public boolean asks(@Nullable String host) {
            if (hosts.isEmpty() || host == null) {
                return true;
            }
            for (HostPattern each : hosts) {
                if (each.matches(host)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** How HTTP/3 is spoken. */
    public record Http3(
            @Doc(
                            "How long clients may remember that HTTP/3 is spoken here (Alt-Svc on"
                                    + " the answers of the other protocols); 0s tells nobody.")
                    @Default("24h")
                    @Range(max = "365d")
                    Duration altSvc,
            @Doc(
                            "The UDP port told to clients, where a port mapping makes it another"
                                    + " than the bound one; 0: the bound one.")
                    @Default("0")
                    @Range(min = "0", max = "65535")
                    int altSvcPort,
            @Doc(
                            "Take requests that come with the hello of a resumed session (0-RTT)."
                                    + " They may be replays: only safe methods are forwarded, with"
                                    + " Early-Data; the others are answered 425.")
                    @Default("false")
                    boolean earlyData) {}

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
