package dev.sallyport.core.boot.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminWireTest {
    @Test
    void readsMethodPathQueryAndFields() throws Exception {
        AdminRequest request =
                read(
                        "GET /explain?url=https%3A%2F%2Fa%2F&x=1+2 HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/explain");
        assertThat(request.query()).containsEntry("url", "https://a/").containsEntry("x", "1 2");
        assertThat(request.field("host")).isEqualTo("localhost");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /status                                        | 400 | not an HTTP/1.1 request",
                "GET status HTTP/1.1                                | 400 | not an HTTP/1.1 request",
                "GET http://localhost/status HTTP/1.1               | 400 | not an HTTP/1.1 request",
                "GET /status HTTP/2.0                               | 400 | not an HTTP/1.1 request",
                "POST /reload HTTP/1.1~content-length: 5            | 413 | a body (expected: none)",
                "POST /reload HTTP/1.1~transfer-encoding: chunked   | 413 | a body (expected: none)",
                "GET /status HTTP/1.1~host: a~host: b               | 400 | host twice",
                "GET /status HTTP/1.1~content-length: 0~content-length: 0 | 400 | content-length twice",
                "GET /status HTTP/1.1~no colon                      | 400 | a field without a name",
                "GET /status HTTP/1.1~: x                           | 400 | a field without a name",
                "GET /status HTTP/1.1~name : x                      | 400 | a field without a name",
                "GET /explain?url=%zz HTTP/1.1                      | 400 | a query that does not decode",
            })
    void refusesWhatItDoesNotUnderstand(String lines, int status, String reason) {
        AdminWire.Refused refused = refused(lines.replace("~", "\r\n") + "\r\n\r\n");

        assertThat(refused).hasMessage(reason);
        assertThat(refused.status).isEqualTo(status);
    }

    @Test
    void refusesLinesThatEndInNewlineAlone() {
        assertThat(refused("GET / HTTP/1.1\r\na: b\nc: d\r\n\r\n").status).isEqualTo(400);
    }

    @Test
    void refusesHeadThatDoesNotEnd() {
        AdminWire.Refused refused = refused("GET / HTTP/1.1\r\na: " + "b".repeat(20_000));

        assertThat(refused).hasMessage("a head over 16384 bytes");
        assertThat(refused.status).isEqualTo(431);
    }

    @Test
    void refusesTooManyFields() {
        assertThat(refused("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(51) + "\r\n").status)
                .isEqualTo(431);
    }

    @Test
    void endsWhereTheClientEndedInItsHead() {
        assertThatThrownBy(() -> read("GET / HT")).isInstanceOf(IOException.class);
    }

    @Test
    void answersInChunksAndToHeadWithoutThem() throws Exception {
        AdminAnswer answer = AdminAnswer.text(200, "x".repeat(10_000));
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();

        AdminWire.writeAnswer(whole, answer, true);
        AdminWire.writeAnswer(head, answer, false);

        assertThat(whole.toString(StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 \r\n")
                .contains("\r\n\r\n2000\r\nxxx", "\r\n711\r\nxxx")
                .endsWith("\n\r\n0\r\n\r\n");
        assertThat(head.toString(StandardCharsets.US_ASCII)).endsWith("chunked\r\n\r\n");
    }

    private static AdminWire.Refused refused(String text) {
        AdminWire.Refused refused = catchThrowableOfType(AdminWire.Refused.class, () -> read(text));
        assertThat(refused).isNotNull();
        return refused;
    }

    private static AdminRequest read(String text) throws IOException, AdminWire.Refused {
        return AdminWire.readRequest(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
