package dev.sallyport.core.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkSetTest {

    @Test
    void emptySetContainsNothing() {
        assertThat(contains(set(), "127.0.0.1")).isFalse();
        assertThat(contains(set(), "::")).isFalse();
    }

    @Test
    void containsFirstAndLastAddressOfNetworkAndNoneBeside() {
        var set = set("10.1.0.0/16", "2001:db8::/64");

        assertThat(contains(set, "10.1.0.0")).isTrue();
        assertThat(contains(set, "10.1.255.255")).isTrue();
        assertThat(contains(set, "10.0.255.255")).isFalse();
        assertThat(contains(set, "10.2.0.0")).isFalse();
        assertThat(contains(set, "2001:db8::")).isTrue();
        assertThat(contains(set, "2001:db8::ffff:ffff:ffff:ffff")).isTrue();
        assertThat(contains(set, "2001:db8:0:1::")).isFalse();
    }

    @Test
    void allOfOneFamilyIsNothingOfTheOther() {
        assertThat(contains(set("0.0.0.0/0"), "203.0.113.9")).isTrue();
        assertThat(contains(set("0.0.0.0/0"), "::1")).isFalse();
        assertThat(contains(set("::/0"), "::1")).isTrue();
        assertThat(contains(set("::/0"), "ffff::1")).isTrue();
        assertThat(contains(set("::/0"), "203.0.113.9")).isFalse();
        assertThat(contains(set("::/0", "203.0.113.0/24"), "203.0.113.9")).isTrue();
    }

    @Test
    void bitsBehindThePrefixDoNotCount() {
        assertThat(contains(set("10.1.2.3/8"), "10.200.0.1")).isTrue();
    }

    @Test
    void refusesPrefixLengthBeyondTheAddress() {
        assertThatThrownBy(() -> network("10.0.0.0/33"))
                .hasMessage("prefix length: 33 (expected: 0..32)");
    }

    @Test
    void agreesWithShiftingBigNumbers() {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            var networks = new ArrayList<NetworkSet.Network>();
            var sizes = new ArrayList<Integer>();
            var addresses = new ArrayList<byte[]>();
            for (int i = 0; i < round % 12; i++) {
                byte[] address = address(random);
                int prefix = random.nextInt(address.length * 8 + 1);
                networks.add(NetworkSet.Network.of(address, prefix));
                sizes.add(prefix);
                addresses.add(address);
            }
            var set = NetworkSet.of(networks);
            for (int i = 0; i < 50; i++) {
                byte[] client = address(random);
                boolean expected = false;
                for (int n = 0; n < networks.size(); n++) {
                    int shift = client.length * 8 - sizes.get(n);
                    expected |=
                            client.length == addresses.get(n).length
                                    && new BigInteger(1, client)
                                            .shiftRight(shift)
                                            .equals(
                                                    new BigInteger(1, addresses.get(n))
                                                            .shiftRight(shift));
                }
                assertThat(set.contains(NetworkSet.high(client), NetworkSet.low(client)))
                        .isEqualTo(expected);
            }
        }
    }

    static NetworkSet.Network network(String text) {
        var parts = text.split("/", 2);
        return NetworkSet.Network.of(FakeInput.address(parts[0]), Integer.parseInt(parts[1]));
    }

    /** Few distinct bits, so that networks nest and clients hit. */
    private static byte[] address(Random random) {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < 3; i++) {
            address[random.nextInt(address.length)] = (byte) (random.nextInt(3) * 0x7f);
        }
        return address;
    }

    private static NetworkSet set(String... texts) {
        return NetworkSet.of(
                List.copyOf(Arrays.stream(texts).map(NetworkSetTest::network).toList()));
    }

    private static boolean contains(NetworkSet set, String address) {
        byte[] bytes = FakeInput.address(address);
        return set.contains(NetworkSet.high(bytes), NetworkSet.low(bytes));
    }
}
