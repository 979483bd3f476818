package dev.sallyport.acme.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CertificateStoreTest {
    private final MovedClock clock = new MovedClock();
    private final CertificateStore store = new CertificateStore(clock);
    private InternalCa ca;

    @BeforeEach
    void makeRoot() throws Exception {
        ca = InternalCa.create(clock, new SecureRandom());
    }

    @Test
    void findsByExactNameInAnyCaseAndWithTrailingDot() throws Exception {
        var material = serve("shop.example").getFirst();

        assertThat(store.find("shop.example")).isEqualTo(material);
        assertThat(store.find("SHOP.Example")).isEqualTo(material);
        assertThat(store.find("shop.example.")).isEqualTo(material);
        assertThat(store.find("Shop.example.")).isEqualTo(material);
        assertThat(store.find("shop.example..")).isNull();
        assertThat(store.find("other.example")).isNull();
        assertThat(store.find(".")).isNull();
    }

    @Test
    void wildcardStandsForExactlyOneLabel() throws Exception {
        var material = serve("*.example").getFirst();

        assertThat(store.find("a.example")).isEqualTo(material);
        assertThat(store.find("a.b.example")).isNull();
        assertThat(store.find("example")).isNull();
        assertThat(store.find(".example")).isNull();
    }

    @Test
    void exactNameComesBeforeWildcard() throws Exception {
        var materials = serve("*.example", "a.example");

        assertThat(store.find("a.example")).isEqualTo(materials.get(1));
        assertThat(store.find("b.example")).isEqualTo(materials.get(0));
    }

    @Test
    void findsByAddress() throws Exception {
        var material = ca.issue(List.of("127.0.0.1", "::1"));
        store.publish("test", List.of(material));

        assertThat(store.find(InetAddress.ofLiteral("127.0.0.1"))).isEqualTo(material);
        assertThat(store.find(InetAddress.ofLiteral("::1"))).isEqualTo(material);
        assertThat(store.find(InetAddress.ofLiteral("::ffff:127.0.0.1"))).isEqualTo(material);
        assertThat(store.find(InetAddress.ofLiteral("127.0.0.2"))).isNull();
    }

    @Test
    void ofSeveralForOneNameTheLongestValidIsServed() throws Exception {
        var older = ca.issue(List.of("a.example"));
        clock.advance(Duration.ofDays(1));
        var newer = ca.issue(List.of("a.example"));

        store.publish("one", List.of(newer));
        store.publish("two", List.of(older));

        assertThat(store.find("a.example")).isEqualTo(newer);
    }

    @Test
    void oneNotValidYetComesAfterOneThatIs() throws Exception {
        var present = ca.issue(List.of("a.example"));
        var future = new MovedClock();
        future.advance(Duration.ofDays(2));
        var early = InternalCa.create(future, new SecureRandom()).issue(List.of("a.example"));

        store.publish("test", List.of(early, present));

        assertThat(store.find("a.example")).isEqualTo(present);
    }

    @Test
    void eachSourceReplacesOnlyItsOwn() throws Exception {
        var first = ca.issue(List.of("a.example"));
        var second = ca.issue(List.of("b.example"));
        store.publish("one", List.of(first));
        store.publish("two", List.of(second));

        store.publish("one", List.of());

        assertThat(store.find("a.example")).isNull();
        assertThat(store.find("b.example")).isEqualTo(second);
        assertThat(store.contains(first)).isFalse();
        assertThat(store.findOnly()).isEqualTo(second);
        assertThat(store.all()).containsExactly(second);
    }

    @Test
    void tellsListenersAfterTheChange() throws Exception {
        var seen = new ArrayList<Integer>();
        Runnable listener = () -> seen.add(store.all().size());
        store.onChange(listener);

        serve("a.example", "b.example");
        store.forget(listener);
        serve("c.example");

        assertThat(seen).containsExactly(2);
    }

    private List<KeyMaterial> serve(String... names) throws Exception {
        var materials = new ArrayList<KeyMaterial>();
        for (var name : names) {
            materials.add(ca.issue(List.of(name)));
        }
        store.publish("test", materials);
        return materials;
    }
}
