package dev.sallyport.core.upstream.care;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    @Test
    void endpointIsNotBlamedForWhatThisMachineLacks() {
        assertThat(HealthCheck.isLocal(new BindException("Cannot assign requested address")))
                .isTrue();
        assertThat(HealthCheck.isLocal(new SocketException("Too many open files"))).isTrue();
    }

    @Test
    void endpointThatIsNotReachedIsNotHealthy() {
        assertThat(HealthCheck.isLocal(new SocketException("Network is unreachable"))).isFalse();
        assertThat(HealthCheck.isLocal(new SocketException())).isFalse();
        assertThat(HealthCheck.isLocal(new NoRouteToHostException("No route to host"))).isFalse();
        assertThat(HealthCheck.isLocal(new ConnectException("Connection refused"))).isFalse();
    }
}
