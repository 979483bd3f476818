package dev.sallyport.core.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineBufferTest {
    private final LineBuffer out = new LineBuffer();

    @ParameterizedTest
    @CsvSource({
        "20010db8000000000000000000000001, 2001:db8::1",
        "00000000000000000000000000000000, ::",
        "00000000000000000000000000000001, ::1",
        "20010db8000000000000000000000000, 2001:db8::",
        "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
        "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
        "00010002000300040005000600070008, 1:2:3:4:5:6:7:8",
        "fe80000000000000abcd0ef000120003, fe80::abcd:ef0:12:3",
        "00010000000300000005000000070000, 1:0:3:0:5:0:7:0"
    })
    void writesIpv6AsRecommended(String hex, String text) {
        out.address(
                6, Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));

        assertThat(text()).isEqualTo(text);
    }

    @Test
    void writesIpv4() {
        out.address(4, 0, 0xff0080feL);

        assertThat(text()).isEqualTo("255.0.128.254");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "1234567890123, 1234567890123",
        "-5, -5",
        "-9223372036854775808, -9223372036854775808"
    })
    void writesDecimals(long value, String text) {
        out.decimal(value);

        assertThat(text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "5, 0.005", "1234567, 1234.567", "-3, 0.000"})
    void writesMicrosecondsAsMilliseconds(long micros, String text) {
        out.millis(micros);

        assertThat(text()).isEqualTo(text);
    }

    private String text() {
        return new String(out.bytes(), 0, out.length(), StandardCharsets.US_ASCII);
    }
}
