package dev.sallyport.config.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.value.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRefusalTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.0",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "239.255.255.255",
                "255.255.255.255",
                "::",
                "fe80::1",
                "febf::1",
                "ff02::1",
                "::ffff:169.254.169.254",
                "::ffff:0.0.0.0",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::1"
            })
    void specialAddressIsRefusedUnlessItIsListed(String address) {
        assertThat(refusal(address)).isEqualTo("special address");
        assertThat(refusal(address, "0.0.0.0/0", "::/0")).isEqualTo("special address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.1",
                "172.17.0.2",
                "192.168.1.1",
                "8.8.8.8",
                "::1",
                "fd00::1",
                "2001:db8::1",
                "64:ff9b::8.8.8.8",
                "::ffff:10.0.0.1"
            })
    void otherAddressIsAllowed(String address) {
        assertThat(refusal(address)).isNull();
    }

    @Test
    void listedSpecialNetworkIsAllowedAndNothingBeside() {
        assertThat(refusal("169.254.10.10", "169.254.10.0/24")).isNull();
        assertThat(refusal("169.254.169.254", "169.254.10.0/24"))
                .isEqualTo("not in allowed-networks");
        assertThat(refusal("fe80::1", "fe80::/64")).isNull();
    }

    @Test
    void allowedNetworksNarrow() {
        assertThat(refusal("10.1.2.3", "10.0.0.0/8")).isNull();
        assertThat(refusal("127.0.0.1", "10.0.0.0/8")).isEqualTo("not in allowed-networks");
        assertThat(refusal("2001:db8::1", "10.0.0.0/8")).isEqualTo("not in allowed-networks");
    }

    @Test
    void mappedBytesAreJudgedAsIpv4() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 169, (byte) 254, 1, 1};

        assertThat(
                        AddressPolicy.of(java.util.List.of())
                                .refusal(Inet6Address.getByAddress(null, mapped, -1)))
                .isEqualTo("special address");
    }

    private static @Nullable String refusal(String address, String... allowed) {
        return AddressPolicy.of(Arrays.stream(allowed).map(Network::parse).toList())
                .refusal(InetAddress.ofLiteral(address));
    }
}
