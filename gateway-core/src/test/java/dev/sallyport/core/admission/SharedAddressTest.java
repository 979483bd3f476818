package dev.sallyport.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.rebuild.ClientAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SharedAddressTest {
    private final SharedAddress shared = new SharedAddress(new byte[] {(byte) 172, 17, 0, 1});

    @Test
    void isPlainByOneOfManyFromTheGateway() {
        assertThat(plain(SharedAddress.ENOUGH - 1, "172.17.0.1")).isZero();
        assertThat(shared.isPlainBy(client("172.17.0.1"))).isTrue();
        assertThat(plain(1_000, "172.17.0.1")).isZero();
    }

    @Test
    void isNotOnceSomebodyElseCame() {
        assertThat(shared.isPlainBy(client("172.17.0.1"))).isFalse();
        assertThat(shared.isPlainBy(client("203.0.113.7"))).isFalse();
        assertThat(plain(1_000, "172.17.0.1")).isZero();
    }

    @Test
    void isNotWithoutAGateway() {
        SharedAddress none = new SharedAddress(new byte[0]);
        for (int i = 0; i < 1_000; i++) {
            assertThat(none.isPlainBy(client("172.17.0.1"))).isFalse();
        }
    }

    private long plain(int times, String address) {
        long count = 0;
        for (int i = 0; i < times; i++) {
            count += shared.isPlainBy(client(address)) ? 1 : 0;
        }
        return count;
    }

    private static ClientAddress client(String literal) {
        return Objects.requireNonNull(ClientAddress.parse(literal));
    }
}
