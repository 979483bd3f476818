package dev.sallyport.config.survey.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostFactsTest {
    @TempDir private Path root;

    @Test
    void readsWhetherUfwIsOn() throws IOException {
        var facts = new HostFacts(root);
        assertThat(facts.isUfwOn()).isFalse();

        Files.createDirectories(root.resolve("etc/ufw"));
        Files.writeString(root.resolve("etc/ufw/ufw.conf"), "# ENABLED=yes\nENABLED=no\n");
        assertThat(facts.isUfwOn()).isFalse();
        Files.writeString(root.resolve("etc/ufw/ufw.conf"), "ENABLED=yes\nLOGLEVEL=low\n");
        assertThat(facts.isUfwOn()).isTrue();
        assertThat(facts.isUfwAware()).isFalse();
        Files.writeString(root.resolve("etc/ufw/after.rules"), "*filter\n:DOCKER-USER - [0:0]\n");
        assertThat(facts.isUfwAware()).isTrue();
    }

    @Test
    void knowsTheHostsAddresses() {
        assertThat(HostFacts.isOn("lo")).isTrue();
        assertThat(HostFacts.isOn("none-such")).isFalse();
        assertThat(HostFacts.isOn("")).isFalse();
    }
}
