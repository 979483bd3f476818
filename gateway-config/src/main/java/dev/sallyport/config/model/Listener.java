package dev.sallyport.config.model;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Key;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.Address;
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
        @Doc(
                        "What is spoken, the preferred first. With TLS, ALPN offers them: absent"
                                + " means h2 and http/1.1. Without TLS, h2 is for clients that"
                                + " know it beforehand (h2c): absent means http/1.1 alone.")
                @Example("[h2, http/1.1]")
                List<Protocol> protocols) {
    public Listener {
        protocols = List.copyOf(protocols);
        if (protocols.size() != Set.copyOf(protocols).size()) {
            throw new IllegalArgumentException("protocols: one twice (expected: each once)");
        }
        if (tls != null && redirectToHttps) {
            throw new IllegalArgumentException(
                    "redirect-to-https with tls (expected: one of them; the redirect is for plain"
                            + " listeners)");
        }
    }

    /** What is spoken here, with the default filled in. */
    public List<Protocol> spoken() {
        if (!protocols.isEmpty()) {
            return protocols;
        }
        return tls == null ? List.of(Protocol.HTTP_11) : List.of(Protocol.H2, Protocol.HTTP_11);
    }

    /** A version of HTTP, by its name in ALPN. */
    public enum Protocol {
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
            @Doc("Resume sessions by tickets; their keys rotate.") @Default("true")
                    boolean tickets) {}

    /** A version of TLS. */
    public enum Version {
        @Named("TLSv1.2")
        TLS_1_2,
        @Named("TLSv1.3")
        TLS_1_3
    }
}
