package dev.sallyport.config.guard.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
    @Test
    void passesOverWhatIsNotAskedFor() throws IOException {
        var json =
                reader(
                        "{\"a\":{\"b\":[1,{\"c\":null}]},\"name\":\"x\\u00e9\\n\",\"n\":-12,\"z\":[]}");

        json.beginObject();
        assertThat(json.nextName()).isEqualTo("a");
        json.skip();
        assertThat(json.nextName()).isEqualTo("name");
        assertThat(json.scalar()).isEqualTo("x\u00e9\n");
        assertThat(json.nextName()).isEqualTo("n");
        assertThat(json.number()).isEqualTo(-12);
        assertThat(json.nextName()).isEqualTo("z");
        json.beginArray();
        assertThat(json.nextItem()).isFalse();
        assertThat(json.nextName()).isNull();
        assertThat(json.isAtEnd()).isTrue();
    }

    @Test
    void readsSeveralOneAfterTheOther() throws IOException {
        var json = reader("{} {\"a\":true}\n");

        json.skip();
        assertThat(json.isAtEnd()).isFalse();
        json.beginObject();
        assertThat(json.nextName()).isEqualTo("a");
        assertThat(json.scalar()).isEqualTo("true");
        assertThat(json.nextName()).isNull();
        assertThat(json.isAtEnd()).isTrue();
    }

    @Test
    void cutsTextsThatAreTooLong() throws IOException {
        var json = reader('"' + "x".repeat(1_000_000) + '"');

        assertThat(json.scalar()).hasSize(JsonReader.LONGEST_TEXT + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\" 1}",
                "{\"a\":1,}",
                "{a:1}",
                "[1 2]",
                "\"open",
                "\"\\x\"",
                "\"\\u12g4\"",
                "nul",
                "01",
                "{\"a\":",
                "'a'",
                "1.",
                "tru e"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(
                        () -> {
                            var json = reader(text);
                            json.skip();
                            if (!json.isAtEnd()) {
                                json.skip();
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesEndlessNesting() {
        assertThatThrownBy(() -> reader("[".repeat(100_000)).skip())
                .isInstanceOf(MalformedJson.class)
                .hasMessageContaining("deep");
    }

    private static JsonReader reader(String text) {
        return new JsonReader(new StringReader(text));
    }
}
