package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    @Test
    void writesAllThereIs() {
        String line = Samples.line(AccessFormat.JSON, Samples.full());

        assertThat(line)
                .isEqualTo(
                        """
                        {"time":"2026-11-23T20:57:59.123456Z","id":"0123456789abcdef","client":"203.0.113.9","port":51234,\
                        "listener":"secure","proto":"HTTP/1.1","tls":"TLSv1.3","cipher":"TLS_AES_128_GCM_SHA256",\
                        "alpn":"http/1.1","client_subject":"CN=cart","client_fingerprint":"ab12","method":"GET","host":"app.example.com","path":"/v1/orders","query":"?page=2",\
                        "status":200,"in":17,"out":1234,"route":"api","upstream":"app","endpoint":"127.0.0.1:9000",\
                        "reason":"rate-limit","verdict":"rate-limit","user_agent":"curl/8.5.0",\
                        "referer":"https://example.com/","attempts":2,"grpc_status":5,"tunnel":true,"ms":{"total":2.345,"filters":0.012,\
                        "connect":0.300,"first_byte":1.500,"upstream":2.000},"trace":"4bf92f3577b34da6a3ce929d0e0e4736",\
                        "span":"00f067aa0ba902b7","sampled":true}
                        """);
    }

    @Test
    void leavesOutWhatIsAbsent() {
        String line = Samples.line(AccessFormat.JSON, Samples.bare());

        assertThat(line)
                .isEqualTo(
                        """
                        {"time":"2026-11-23T20:57:59.000001Z","id":"0000000000000001","status":400,"in":0,"out":0,\
                        "ms":{"total":0.000}}
                        """);
    }

    @Test
    void escapesWhatWouldBreakTheLineOrTheTerminal() throws IOException {
        AccessRecord record = Samples.bare();
        Samples.text(record, AccessRecord.USER_AGENT, "a\"b\\c\nd\te\u0000f\u001b[31mg\u007fh");

        String line = Samples.line(AccessFormat.JSON, record);

        assertThat(line).contains("a\\\"b\\\\c\\u000ad\\u0009e\\u0000f\\u001b[31mg\\u007fh");
        assertThat(parsed(line))
                .containsEntry("user_agent", "a\"b\\c\nd\te\u0000f\u001b[31mg\u007fh");
    }

    @Test
    void keepsUtf8AndReplacesOtherBytes() throws IOException {
        AccessRecord record = Samples.bare();
        Samples.text(
                record,
                AccessRecord.USER_AGENT,
                "\u00c3\u00a9 \u00e2\u0082\u00ac \u00f0\u009f\u0090\u008e \u00ff \u00c0\u0080 \u00ed\u00a0\u0080 \u00e2\u0082");

        assertThat(parsed(Samples.line(AccessFormat.JSON, record)))
                .containsEntry(
                        "user_agent", "é € 🐎 \ufffd \ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd");
    }

    @Test
    void escapesC1ControlsHiddenInUtf8() {
        AccessRecord record = Samples.bare();
        Samples.text(record, AccessRecord.USER_AGENT, "\u00c2\u009b31m");

        assertThat(Samples.line(AccessFormat.JSON, record)).contains("\"\\u009b31m\"");
    }

    @Test
    void isOneLineOfValidJsonWhateverTheBytes() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            AccessRecord record = Samples.full();
            for (int which = AccessRecord.METHOD; which <= AccessRecord.REFERER; which++) {
                byte[] bytes = new byte[random.nextInt(300)];
                random.nextBytes(bytes);
                record.text(which, bytes, 0, bytes.length);
            }

            String line = Samples.line(AccessFormat.JSON, record);

            assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
            assertThat(parsed(line)).containsEntry("status", "200");
        }
    }

    @Test
    void fitsTheBufferAlsoWhenAllMustBeEscaped() {
        AccessRecord record = Samples.full();
        byte[] bytes = new byte[20_000];
        for (int which = AccessRecord.METHOD; which <= AccessRecord.REFERER; which++) {
            record.text(which, bytes, 0, bytes.length);
        }
        record.reason = "\u0001".repeat(300);

        assertThat(Samples.line(AccessFormat.JSON, record))
                .endsWith("}\n")
                .contains("\"cut\":true");
    }

    @Test
    void documentsEveryKeyAndNoOther() throws IOException {
        AccessRecord record = Samples.full();
        Samples.text(record, AccessRecord.PATH, "/".repeat(9000));
        String document = Files.readString(Path.of("../docs/access-log.md"));

        TreeSet<String> documented =
                Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|")
                        .matcher(document)
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .collect(TreeSet::new, TreeSet::add, TreeSet::addAll);

        assertThat(documented)
                .isEqualTo(new TreeSet<>(parsed(Samples.line(AccessFormat.JSON, record)).keySet()));
    }

    private static Map<String, String> parsed(String line) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            String prefix = "";
            while (parser.nextToken() != null) {
                JsonToken token = parser.currentToken();
                if (token == JsonToken.START_OBJECT && parser.currentName() != null) {
                    prefix = parser.currentName() + ".";
                } else if (token == JsonToken.END_OBJECT) {
                    prefix = "";
                } else if (token.isScalarValue()) {
                    values.put(prefix + parser.currentName(), parser.getText());
                }
            }
        }
        return values;
    }
}
