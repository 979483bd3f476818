package dev.sallyport.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.config.model.FilterTypes;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedRoutesTest {
    private static final AtomicInteger made = new AtomicInteger();

    @TempDir private Path folder;

    /** A filter that cannot be made while its file is broken. */
    @Named("guarded")
    @Doc("Cannot be made while its file is broken.")
    record Guarded(@Doc("The file.") @Shorthand Path file) implements FilterConfig {
        @Override
        public Filter create() {
            made.incrementAndGet();
            try {
                if (!Files.readString(file).equals("good")) {
                    throw new IllegalArgumentException(file + " is broken");
                }
                return new Filter() {};
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void nothingIsCompiledWhileNoFileChanges() throws Exception {
        Path file = written("broken", 60);
        try (Gateway gateway =
                Gateway.start(config(file), new CertificateStore(Clock.systemUTC()), List.of())) {
            gateway.refreshTls(); // it may have changed since it was read
            int before = made.get();
            for (int i = 0; i < 10; i++) {
                gateway.refreshTls();
            }
            assertThat(made).hasValue(before);

            written("as broken", 50);
            gateway.refreshTls();
            gateway.refreshTls();
            assertThat(made).hasValue(before + 1);

            written("good", 40);
            gateway.refreshTls();
            assertThat(gateway.snapshot().closed()).isEmpty();
        }
    }

    @Test
    void looksAgainAtWhatMayChangeAndLookTheSame() throws Exception {
        Set<Path> files = Set.of(written("broken", 0));
        ClosedRoutes closed = new ClosedRoutes(Clock.systemUTC());

        assertThat(closed.isWorthALook(1, files)).isTrue();
        assertThat(closed.isWorthALook(1, files)).isTrue();
    }

    @Test
    void looksAtEachConfigurationAndNowAndThen() throws Exception {
        Set<Path> files = Set.of(written("broken", 60));
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        ClosedRoutes closed = new ClosedRoutes(now::get);

        assertThat(closed.isWorthALook(1, files)).isTrue();
        assertThat(closed.isWorthALook(1, files)).isFalse();
        assertThat(closed.isWorthALook(2, files)).isTrue();
        assertThat(closed.isWorthALook(2, files)).isFalse();
        now.updateAndGet(each -> each.plus(Duration.ofMinutes(10)));
        assertThat(closed.isWorthALook(2, files)).isTrue();
        assertThat(closed.isWorthALook(2, files)).isFalse();
    }

    private Path written(String text, int secondsAgo) throws IOException {
        Path file = Files.writeString(folder.resolve("guard"), text);
        return Files.setLastModifiedTime(
                file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }

    private GatewayConfig config(Path file) throws IOException {
        String yaml =
                """
                listeners: {web: {address: "127.0.0.1:0"}}
                routes: {all: {filters: [guarded: "%s"], respond: 200}}
                runtime: {loops: 1}
                """
                        .formatted(file);
        Path edge = Files.writeString(folder.resolve("edge.yaml"), yaml);
        var reading =
                new ConfigReader(FilterTypes.of(List.of(Guarded.class)), _ -> null)
                        .read(ConfigFiles.load(edge).root());
        return Objects.requireNonNull(reading.config(), () -> reading.problems().toString());
    }
}
