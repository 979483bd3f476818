package dev.sallyport.config;

import dev.sallyport.config.model.FilterSettings;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.OneOf;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Renamed;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.DataSize;
import dev.sallyport.config.model.value.Network;
import dev.sallyport.config.model.value.Rate;
import dev.sallyport.config.model.value.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters for tests: this module knows none of its own. */
public final class SampleFilters {
    /** All of them. */
    public static final FilterTypes TYPES =
            FilterTypes.of(
                    List.of(
                            RateLimit.class,
                            AddressRule.class,
                            BodySize.class,
                            UserList.class,
                            PlainHeaders.class,
                            Token.class,
                            Mixed.class));

    private SampleFilters() {}

    @Named("rate-limit")
    @Doc("Limits how often one client may ask.")
    record RateLimit(
            @Doc("How often, on average.") @Example("100/s") @Shorthand Rate rate,
            @Doc("How many at once.")
                    @Default("200")
                    @Range(min = "1", max = "100000")
                    @Renamed("bucket")
                    int burst)
            implements FilterSettings {}

    @Named("address")
    @Doc("Lets clients in by their address.")
    record AddressRule(
            @Doc("Who may come in; empty: all.") @Example("[10.0.0.0/8]") List<Network> allow,
            @Doc("Who may not.") List<Network> deny)
            implements FilterSettings {
        @Override
        public boolean fitsConnections() {
            return true;
        }
    }

    @Named("body-size")
    @Doc("Bounds the body of a request.")
    record BodySize(@Doc("Largest body.") @Default("10MiB") @Range(max = "1GiB") DataSize max)
            implements FilterSettings {}

    @Named("user-list")
    @Doc("Asks for a user and a password.")
    record UserList(
            @Doc("What is protected.") @Default("restricted") String realm,
            @Doc("File of users.") @Example("users.htpasswd") @MustExist Path usersFile)
            implements FilterSettings {}

    @Named("plain-headers")
    @Doc("Sets a few header fields.")
    record PlainHeaders() implements FilterSettings {}

    @Named("token")
    @Doc("Asks for a token.")
    record Token(
            @Doc("The token.") Secret secret, @Doc("The one before.") @Nullable Secret previous)
            implements FilterSettings {}

    @Named("mixed")
    @Doc("Has a setting of each shape.")
    record Mixed(
            @Doc("Words.") List<Level> levels,
            @Doc("Secrets.") List<Secret> secrets,
            @Doc("Texts by name.") Map<String, String> texts,
            @Doc("Lists by name.") Map<String, List<String>> lists,
            @Doc("Sections by name.") Map<String, Part> parts,
            @Doc("Sections.") List<Part> rest,
            @Doc("A section.") @Nullable Part part,
            @Doc("A large number.") @Default("5000000000") long large,
            @Doc("A number, or none.") @Nullable Integer small,
            @Doc("Words there are without saying.") @Default("[low, HIGH]") List<String> usual,
            @Doc("A choice.") @OneOf @Nullable Way way)
            implements FilterSettings {}

    enum Level {
        LOW,
        @Doc("As high as it gets.")
        @Named("HIGH")
        HIGH
    }

    record Part(@Doc("First.") String one, @Doc("Second.") @Default("2s") Duration two) {}

    sealed interface Way {}

    @Doc("One way.")
    record ThisWay(@Doc("How far.") @Range(min = "1") int far) implements Way {}

    @Doc("The other way.")
    record ThatWay(@Doc("How fast.") @Default("1.5") double fast, @Doc("Why.") String why)
            implements Way {}
}
