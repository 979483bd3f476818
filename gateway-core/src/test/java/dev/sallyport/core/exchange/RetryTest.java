package dev.sallyport.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.http.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryTest {
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
        assertThat(Retry.isSafe(error, Method.GET, hasBody, passed)).isEqualTo(safe);
    }

    @Test
    void repeatsPostOnlyWhenNothingOfItWasSent() {
        assertThat(Retry.isSafe(ProxyError.CONNECT_TIMEOUT, Method.POST, false, 0)).isTrue();
        assertThat(Retry.isSafe(ProxyError.UPSTREAM_CLOSED, Method.POST, false, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1,0,false,false", "1,1,false,true", "2,1,false,false", "1,0,true,true"})
    void countsAttemptsButNotOneOnPooledConnection(
            int attempts, int retries, boolean reused, boolean left) {
        assertThat(Retry.isLeft(attempts, retries, reused)).isEqualTo(left);
    }
}
