package dev.sallyport.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.config.model.value.Network;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressPolicyTest {
    private final AddressPolicy open = AddressPolicy.of(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "255.255.255.255",
                        "240.0.0.1",
                "::", "fe80::1", "fec0::1", "ff02::1", "::ffff:169.254.1.1", "fd00:ec2::254",
                "64:ff9b::169.254.169.254"
            })
    void neverAllowsWhatNoServerHas(String address) {
        assertThat(open.allows(bytes(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.1",
                "192.168.1.1",
                "8.8.8.8",
                "::1",
                "fd00::1",
                "2001:db8::1",
                "64:ff9b::8.8.8.8",
                "::ffff:10.0.0.1"
            })
    void allowsTheRest(String address) {
        assertThat(open.allows(bytes(address))).isTrue();
    }

    @Test
    void allowsWhatIsListedAndNothingElse() {
        var policy =
                AddressPolicy.of(
                        List.of(Network.parse("10.0.0.0/8"), Network.parse("169.254.1.1")));

        assertThat(policy.allows(bytes("10.1.1.1"))).isTrue();
        assertThat(policy.allows(bytes("::ffff:10.1.1.1"))).isTrue();
        assertThat(policy.allows(bytes("169.254.1.1"))).isTrue();
        assertThat(policy.allows(bytes("169.254.1.2"))).isFalse();
        assertThat(policy.allows(bytes("127.0.0.1"))).isFalse();
    }

    private static byte[] bytes(String address) {
        if (address.startsWith("::ffff:")) {
            var mapped = new byte[16];
            mapped[10] = mapped[11] = (byte) 0xff;
            var v4 = bytes(address.substring("::ffff:".length()));
            System.arraycopy(v4, 0, mapped, 12, 4);
            return mapped;
        }
        return Objects.requireNonNull(IpAddress.find(address));
    }
}
