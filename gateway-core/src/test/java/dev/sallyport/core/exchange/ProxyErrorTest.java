package dev.sallyport.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyErrorTest {
    @ParameterizedTest
    @CsvSource({
        "CONNECT_REFUSED, false, 0, true",
        "CONNECT_REFUSED, true, 0, true",
        "CONNECT_REFUSED, true, 1, false",
        "UPSTREAM_CLOSED, true, 0, false",
        "UPSTREAM_CLOSED, false, 0, true",
        "RESPONSE_TIMEOUT, false, 0, false",
        "RESPONSE_TRUNCATED, false, 0, false"
    })
    void repeatsIdempotentRequest(ProxyError error, boolean hasBody, long passed, boolean safe) {
        assertThat(error.isRepeatable(Method.GET, hasBody, passed)).isEqualTo(safe);
    }

    @Test
    void repeatsPostOnlyWhenNothingOfItWasSent() {
        assertThat(ProxyError.CONNECT_TIMEOUT.isRepeatable(Method.POST, false, 0)).isTrue();
        assertThat(ProxyError.UPSTREAM_CLOSED.isRepeatable(Method.POST, false, 0)).isFalse();
    }

    @Test
    void tellsClientsWhenToComeAgain() {
        assertThat(ProxyError.CONNECT_REFUSED.answer().status()).isEqualTo(503);
        assertThat(ProxyError.CONNECT_REFUSED.answer().fields()).hasSize(1);
        assertThat(ProxyError.RESPONSE_TIMEOUT.answer().fields()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,0,false,false", "1,1,false,true", "2,1,false,false", "1,0,true,true"})
    void countsAttemptsButNotOneOnPooledConnection(
            int attempts, int retries, boolean reused, boolean left) {
        assertThat(Forwarding.isTryLeft(attempts, retries, reused)).isEqualTo(left);
    }
}
