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
                boolean redirectToHttps) {
    public Listener {
        if (tls != null && redirectToHttps) {
            throw new IllegalArgumentException(
                    "redirect-to-https with tls (expected: one of them; the redirect is for plain"
                            + " listeners)");
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
