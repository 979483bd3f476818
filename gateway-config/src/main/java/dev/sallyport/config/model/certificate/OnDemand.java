package dev.sallyport.config.model.certificate;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.value.HostPattern;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Network;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates that are obtained when the first client asks for their name. */
public record OnDemand(
        @Doc(
                        "Service that is asked by GET with domain and client_ip in the query; 200 is"
                                + " yes, any other answer no. It is asked again before each renewal.")
                @Example("\"http://127.0.0.1:9000/may-have-certificate\"")
                @Nullable URI ask,
        @Doc("Time for its answer; none in time is a no.")
                @Default("2s")
                @Range(min = "10ms", max = "1m")
                Duration askTimeout,
        @Doc("Names that may have one; with ask, those it is asked about. Empty: all it allows.")
                @Example("[\"*.shop.example.com\"]")
                List<HostPattern> names,
        @Doc(
                        "Addresses and networks, one of which the name must lead to in DNS, asked as"
                                + " dns says. No answer is a no. Empty: DNS is not asked.")
                @Example("[203.0.113.7, \"2001:db8:7::/64\"]")
                List<Network> resolvesTo,
        @Doc("How long a handshake waits for its certificate. The order goes on after that.")
                @Default("5s")
                @Range(min = "0s", max = "1m")
                Duration patience,
        @Doc("How long a no is remembered.") @Default("1m") @Range(min = "1s", max = "1d")
                Duration refusedFor,
        @Doc("Most names that have one at the same time.")
                @Default("1000")
                @Range(min = "1", max = "10000")
                int mostNames,
        @Doc("Most new names in a minute; the clients of one network get half of them.")
                @Default("10")
                @Range(min = "1", max = "1000")
                int perMinute,
        @Doc("Most new names in an hour.") @Default("60") @Range(min = "1", max = "10000")
                int perHour,
        @Doc("A name that no client used for so long is not renewed.")
                @Default("30d")
                @Range(min = "1d", max = "365d")
                Duration unusedAfter) {
    public OnDemand {
        names = List.copyOf(names);
        resolvesTo = List.copyOf(resolvesTo);
        if (ask == null && names.isEmpty()) {
            throw new IllegalArgumentException(
                    "neither ask nor names (expected: ask, the address of a service that knows"
                            + " which names may have a certificate, or names, the list of them)");
        }
        if (ask != null && ask.getRawUserInfo() != null) {
            // not shown: it may be a password
            throw new IllegalArgumentException(
                    "ask: a user in the address (expected: a secret in its path or query)");
        }
        if (ask != null && !isWeb(ask)) {
            throw new InvalidValue(ask.toString(), "an http or https address without #");
        }
        for (var name : names) {
            if (name.kind() == HostPattern.Kind.ADDRESS || name.isLocal()) {
                throw new InvalidValue(
                        name.toString(), "a public name, or *.name for those one label below it");
            }
        }
    }

    private static boolean isWeb(URI ask) {
        return ("http".equals(ask.getScheme()) || "https".equals(ask.getScheme()))
                && ask.getHost() != null
                && ask.getRawFragment() == null;
    }
}
