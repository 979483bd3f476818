package dev.sallyport.acme.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PersistentRecordTest {
    private static final String ACCOUNT = "https://ca.example/acct/1";
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ca.example; accounturi=https://ca.example/acct/1                       | true  | false",
                "CA.example;accounturi=https://ca.example/acct/1;policy=WILDCARD        | true  | true",
                "ca.example; policy=wildcard; accounturi=https://ca.example/acct/1      | true  | true",
                "ca.example; accounturi=https://ca.example/acct/1; policy=other; x=y    | true  | false",
                "ca.example; accounturi=https://ca.example/acct/1; persistUntil=1800000000 | true | false",
                "ca.example; accounturi=https://ca.example/acct/1; persistUntil=1799999999 | false | false",
                "ca.example; accounturi=https://ca.example/acct/2; policy=wildcard      | false | false",
                "other.example; accounturi=https://ca.example/acct/1; policy=wildcard   | false | false"
            })
    void coversItsAccountAtItsAuthority(String text, boolean isName, boolean isWildcard) {
        assertThat(isCovered(text, false)).isEqualTo(isName);
        assertThat(isCovered(text, true)).isEqualTo(isWildcard);
    }

    private static boolean isCovered(String text, boolean isWildcard) {
        var wanted = parsed(PersistentRecord.text("ca.example", ACCOUNT, isWildcard));
        return parsed(text).covers(wanted, NOW);
    }

    private static PersistentRecord parsed(String text) {
        return Objects.requireNonNull(PersistentRecord.parse(text), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v=spf1 -all",
                "; accounturi=https://ca.example/acct/1",
                "ca.example; accounturi",
                "ca.example; accounturi=https://ca.example/acct/1; persistUntil=soon"
            })
    void isNothingElse(String text) {
        assertThat(PersistentRecord.parse(text)).isNull();
    }

    @Test
    void takesTheFirstOfTwo() {
        assertThat(parsed("ca.example; accounturi=a; accounturi=b").account()).isEqualTo("a");
    }
}
