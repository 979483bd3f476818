package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldTableTest {
    private final FieldTable table = new FieldTable();

    @Test
    void findsFieldsByIdAndName() {
        table.add("Cookie", "a");
        table.add("X-Own", "b");
        table.add("cOOKIE", "c");

        assertThat(table.find(Field.COOKIE)).isZero();
        assertThat(table.findNext(Field.COOKIE, 0)).isEqualTo(2);
        assertThat(table.find(Field.HOST)).isEqualTo(-1);
        assertThat(table.find(ascii("x-own"))).isEqualTo(1);
        assertThat(table.find(ascii("x-other"))).isEqualTo(-1);
        assertThat(table.value(table.find(Field.COOKIE))).isEqualTo("a");
        assertThat(table.find(Field.HOST)).isNegative();
    }

    @Test
    void forgetsRemovedFields() {
        table.add("Cookie", "a");
        table.add("X-Own", "b");
        table.add("Cookie", "c");

        table.removeAll(Field.COOKIE);
        table.removeAll(ascii("x-own"));

        assertThat(table.count()).isEqualTo(3);
        assertThat(table.find(Field.COOKIE)).isEqualTo(-1);
        assertThat(table.find(ascii("x-own"))).isEqualTo(-1);
        assertThat(written()).isEmpty();
    }

    @Test
    void replacesFieldsInAnyCase() {
        table.add("x-own", "a");
        table.add("Server", "b");

        table.set("X-Own", "c");
        table.set("SERVER", "d");

        assertThat(written()).isEqualTo("X-Own: c\r\nSERVER: d\r\n");
    }

    @Test
    void keepsOnlyWhatItIsToldAndIsUsedAgain() {
        table.add("User-Agent", "curl");
        table.add("Cookie", "secret");
        table.add("Referer", "old");
        table.removeAll(Field.REFERER);
        table.add("Referer", "new");
        table.add("X-Own", "b".repeat(500));

        table.keepOnly(4, Field.USER_AGENT, Field.REFERER);

        assertThat(table.count()).isEqualTo(2);
        assertThat(table.value(table.find(Field.USER_AGENT))).isEqualTo("curl");
        assertThat(table.value(table.find(Field.REFERER))).isEqualTo("new");
        assertThat(table.find(Field.COOKIE)).isNegative();
        assertThat(table.bytes()).hasSizeLessThan(100);

        table.add("Cookie", "another");
        assertThat(table.value(table.find(Field.COOKIE))).isEqualTo("another");
        table.clear();
        assertThat(table.bytes()).hasSize(2048);
    }

    @Test
    void comparesValuesAndTokens() {
        table.add("Accept-Encoding", " gzip ,\tBR;q=1, deflate ");

        assertThat(table.value(0)).isEqualTo("gzip ,\tBR;q=1, deflate");
        assertThat(table.valueHasToken(0, ascii("gzip"))).isTrue();
        assertThat(table.valueHasToken(0, ascii("deflate"))).isTrue();
        assertThat(table.valueHasToken(0, ascii("br;q=1"))).isTrue();
        assertThat(table.valueHasToken(0, ascii("br"))).isFalse();
        assertThat(table.valueEquals(0, ascii("gzip"))).isFalse();
        assertThat(table.valueEqualsIgnoreCase(0, ascii("gzip ,\tbr;q=1, deflate"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\0b", "\u007f", "\u0100", "\u010a"})
    void letsNoControlIn(String value) {
        assertThatThrownBy(() -> table.add("X", value))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(table.count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r", "\u00e9", "(x)"})
    void letsOnlyTokensBeNames(String name) {
        assertThatThrownBy(() -> table.add(name, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.set(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growsAndShrinks() {
        for (int i = 0; i < 300; i++) {
            table.add("X-" + i, "y".repeat(i));
        }
        assertThat(table.value(299)).hasSize(299);
        assertThat(table.bytes().length).isGreaterThan(40_000);

        table.clear();

        assertThat(table.bytes().length).isLessThan(5_000);
        table.add("A", "b");
        assertThat(written()).isEqualTo("A: b\r\n");
    }

    @Test
    void copiesItsOwnBytes() {
        table.add("A", "hello");
        for (int i = 0; i < 2_000; i++) {
            table.add(ascii("B"), table.bytes(), table.valueOffset(i), table.valueLength(i));
        }

        assertThat(table.value(2_000)).isEqualTo("hello");
    }

    private String written() {
        ByteBuf out = Unpooled.buffer();
        new HeadWriter().start().fields(table).writeTo(out);
        return out.toString(ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
