package dev.sallyport.config.model.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
    private static final int ROUNDS = 20_000;

    /** Few differing bits, so that both answers are common. */
    private final Random random = new Random(7);

    @Test
    void containsWhatSharesItsPrefix() {
        for (int round = 0; round < ROUNDS; round++) {
            var base = address();
            int prefix = random.nextInt(base.length * 8 + 1);
            var network = Network.parse(IpAddress.format(masked(base, prefix)) + "/" + prefix);
            var other = near(base);

            boolean same =
                    IpAddress.normalise(other).length == IpAddress.normalise(base).length
                            && Arrays.equals(masked(other, prefix), masked(base, prefix));

            assertThat(network.contains(other))
                    .as("%s contains %s", network, IpAddress.format(other))
                    .isEqualTo(same);
        }
    }

    @Test
    void readsBackWhatItPrints() {
        for (int round = 0; round < ROUNDS; round++) {
            var base = address();
            int prefix = random.nextInt(base.length * 8 + 1);
            var network = Network.parse(IpAddress.format(masked(base, prefix)) + "/" + prefix);

            assertThat(Network.parse(network.toString())).isEqualTo(network);
        }
    }

    @Test
    void takesMappedAddressesForIpv4() {
        var mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 10;

        assertThat(Network.parse("10.0.0.0/8").contains(mapped)).isTrue();
        assertThat(Network.parse("::/0").contains(mapped)).isFalse();
        assertThat(Network.parse("::ffff:10.0.0.0/104")).isEqualTo(Network.parse("10.0.0.0/8"));
        assertThat(Network.of(mapped)).isEqualTo(Network.parse("10.0.0.0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/8", "10/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1",
                "10.0.0.1/8", "::1/129", "::1/0", "fe80::1%eth0", "[::1]", "localhost", "1.2.3",
                "01.2.3.4", "0x1.2.3.4", "1.2.3.4.5", "256.1.1.1", "::ffff:10.0.0.0/8", ":::",
                        "1::2::3"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(InvalidValue.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0DB8::0001, 2001:db8::1",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "::, ::",
        "::ffff:1.2.3.4, 1.2.3.4",
        "1::, 1::"
    })
    void printsTheShortForm(String text, String shortForm) {
        var bytes = Objects.requireNonNull(IpAddress.find(text));

        assertThat(IpAddress.format(bytes)).isEqualTo(shortForm);
    }

    private byte[] address() {
        var bytes = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] near(byte[] base) {
        if (random.nextInt(10) == 0) {
            return address();
        }
        var other = base.clone();
        if (random.nextBoolean()) {
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return other;
    }

    private static byte[] masked(byte[] address, int prefix) {
        int bits = address.length * 8;
        int free = Math.max(0, bits - prefix);
        var kept = new BigInteger(1, address).shiftRight(free).shiftLeft(free).toByteArray();
        var masked = new byte[address.length];
        int length = Math.min(kept.length, masked.length);
        System.arraycopy(kept, kept.length - length, masked, masked.length - length, length);
        return masked;
    }
}
