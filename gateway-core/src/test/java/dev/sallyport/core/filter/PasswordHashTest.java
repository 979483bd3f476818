package dev.sallyport.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.support.Tool;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PasswordHashTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain | crypt or a plain password (expected: a hash by",
                "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ= | SHA-1 (expected: a hash by",
                "$apr1$abc$def | MD5 (expected: a hash by",
                "$6$abc$def | SHA-crypt (expected: a hash by",
                "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA | an argon2 other than argon2id",
                "$2y$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaa | bcrypt cost: 31 (expected: 4..15)",
                "$2y$05$short | bcrypt hash of 12 characters (expected: 60 whole ones)",
                "$argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ"
                        + " | argon2id m: 9999999 (expected: 8..65536)",
                "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ | argon2id hash (expected: $argon2id$",
                "$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ | argon2id hash (expected"
            })
    void refusesWhatItCannotOrShouldNotVerify(String text, String message) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void neverShowsAHash() {
        var text = "$2y$04$" + "a".repeat(53);

        assertThat(PasswordHash.parse(text)).hasToString("bcrypt");
    }

    @Test
    void readsWhatHtpasswdWrites() throws Exception {
        var htpasswd =
                new ProcessBuilder(Tool.require("htpasswd").toString(), "-nbB", "ann", "secret")
                        .start();
        var line = new String(htpasswd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var hash = PasswordHash.parse(line.strip().substring("ann:".length()));

        assertThat(hash.matches("secret".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(hash.matches("other".getBytes(StandardCharsets.UTF_8))).isFalse();
    }
}
