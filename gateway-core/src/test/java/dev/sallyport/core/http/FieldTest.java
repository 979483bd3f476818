package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

final class FieldTest {

    @Test
    void knowsEveryNameInAnyCase() {
        for (int id = 1; id <= Field.AGE; id++) {
            if (id == Field.X_FORWARDED_OTHER) {
                continue;
            }
            String name = new String(Field.name(id), ISO_8859_1);
            assertThat(idOf(name)).as(name).isEqualTo(id);
            assertThat(idOf(name.toUpperCase(Locale.ROOT))).isEqualTo(id);
            assertThat(idOf(name.toLowerCase(Locale.ROOT))).isEqualTo(id);
            assertThat(idOf(name + "x")).isIn(Field.OTHER, Field.X_FORWARDED_OTHER);
        }
    }

    @Test
    void knowsFamilyOfForwardedNames() {
        assertThat(idOf("X-Forwarded-Tls-Client-Cert")).isEqualTo(Field.X_FORWARDED_OTHER);
        assertThat(idOf("X-Forwarded-")).isEqualTo(Field.OTHER);
        assertThat(idOf("X-Forwarde")).isEqualTo(Field.OTHER);
        assertThat(idOf("")).isEqualTo(Field.OTHER);
    }

    @Test
    void knowsMethods() {
        for (int method = Method.GET; method <= Method.CONNECT; method++) {
            byte[] name = Method.name(method).getBytes(ISO_8859_1);
            assertThat(Method.of(name, 0, name.length)).isEqualTo(method);
        }
        assertThat(Method.of("get".getBytes(ISO_8859_1), 0, 3)).isEqualTo(Method.OTHER);
        assertThat(Method.isSafe(Method.GET)).isTrue();
        assertThat(Method.isSafe(Method.PUT)).isFalse();
        assertThat(Method.isIdempotent(Method.PUT)).isTrue();
        assertThat(Method.isIdempotent(Method.POST)).isFalse();
        assertThat(Method.isIdempotent(Method.OTHER)).isFalse();
    }

    private static int idOf(String name) {
        return Field.idOf(name.getBytes(ISO_8859_1), 0, name.length());
    }
}
