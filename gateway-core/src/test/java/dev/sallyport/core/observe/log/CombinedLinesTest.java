package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CombinedLinesTest {
    @Test
    void writesTheCombinedFormat() {
        assertThat(Samples.line(AccessFormat.COMMON, Samples.full()))
                .isEqualTo(
                        """
                        203.0.113.9 - - [23/Nov/2026:20:57:59 +0000] "GET /v1/orders?page=2 HTTP/1.1" 200 1234 \
                        "https://example.com/" "curl/8.5.0"
                        """);
    }

    @Test
    void writesADashForWhatIsAbsent() {
        assertThat(Samples.line(AccessFormat.COMMON, Samples.bare()))
                .isEqualTo("- - - [23/Nov/2026:20:57:59 +0000] \"-\" 400 - \"-\" \"-\"\n");
    }

    @Test
    void escapesAsHttpdDoes() {
        AccessRecord record = Samples.bare();
        Samples.text(record, AccessRecord.USER_AGENT, "a\"b\\c\nd\u00ff\u007f");

        assertThat(Samples.line(AccessFormat.COMMON, record))
                .endsWith("\"a\\\"b\\\\c\\x0ad\\xff\\x7f\"\n");
    }
}
