package dev.sallyport.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.challenge.ChallengeBoard;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many certificates cost; printed, for the figure depends on the machine. */
class ContextCostIT {
    private static final int CONTEXTS = 1000;

    @Test
    void aThousandContextsAreMadeAndReleased() throws Exception {
        var clock = new MovedClock();
        var random = new SecureRandom();
        var store = new CertificateStore(clock);
        var ca = InternalCa.create(clock, random);
        var materials = new ArrayList<KeyMaterial>();
        for (var i = 0; i < CONTEXTS; i++) {
            materials.add(ca.issue(List.of("host-" + i + ".example")));
        }
        store.publish("test", materials);

        try (var tls =
                ServerTls.create(
                        FakeEdge.settings(),
                        store,
                        new ChallengeBoard(),
                        TlsEngine.NATIVE,
                        clock,
                        random)) {
            make(tls, materials.getFirst()); // the classes
            var threads = ManagementFactory.getThreadMXBean();
            var before = threads.getCurrentThreadCpuTime();
            for (var material : materials) {
                make(tls, material);
            }
            var spent = threads.getCurrentThreadCpuTime() - before;
            System.out.printf(
                    "contexts: %d in %.1f ms CPU, %.0f us each%n",
                    CONTEXTS, spent / 1e6, spent / 1e3 / CONTEXTS);

            assertThat(tls.contextCount()).isEqualTo(CONTEXTS);
            store.publish("test", List.of());
            assertThat(tls.contextCount()).isZero();
        }
    }

    private static void make(ServerTls tls, KeyMaterial material) throws Exception {
        ReferenceCountUtil.release(
                tls.newHandler(material, null, ByteBufAllocator.DEFAULT).engine());
    }
}
