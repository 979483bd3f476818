package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contexts come and go with what is asked for. */
final class ServerContextsTest {
    private static final int MOST = 16;

    @Test
    void keepsThoseAskedForOfLateAndNotAllThatEverWere() throws Exception {
        var clock = new MovedClock();
        var random = new SecureRandom();
        var store = new CertificateStore(clock);
        var ca = InternalCa.create(clock, random);
        var materials = new ArrayList<KeyMaterial>();
        for (var i = 0; i < 3 * MOST; i++) {
            materials.add(ca.issue(List.of("host-" + i + ".example")));
        }
        store.publish("test", materials);

        var keys = new TicketKeys(clock, random);
        try (var contexts =
                new ServerContexts(
                        FakeEdge.settings(), store, TlsEngine.NATIVE, keys, null, MOST)) {
            for (var round = 0; round < 2; round++) {
                for (var material : materials) {
                    make(contexts, material);
                    assertThat(contexts.size()).isLessThanOrEqualTo(MOST);
                }
            }
            assertThat(contexts.size()).isGreaterThan(MOST / 2);
            store.publish("test", List.of());
            contexts.retire();
            assertThat(contexts.size()).isZero();
        }
    }

    private static void make(ServerContexts contexts, KeyMaterial material) throws Exception {
        ReferenceCountUtil.release(
                contexts.newHandler(material, ByteBufAllocator.DEFAULT).engine());
    }
}
