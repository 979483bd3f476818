package dev.sallyport.core.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ToolTest {
    @Test
    void findsWhatIsInstalled() {
        assertThat(Tool.require("sh")).isExecutable();
        assertThat(Tool.require("/bin/sh")).isExecutable();
    }

    @Test
    void failsNamingToolThatIsMissing() {
        assertThatThrownBy(() -> Tool.require("no-such-tool"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no-such-tool: not here");
    }

    @Test
    void listsEachToolOnceWithItsPackage() throws IOException {
        var lines =
                Files.readAllLines(Repository.root().resolve(".ci/packages")).stream()
                        .filter(line -> !line.startsWith("#"))
                        .toList();

        assertThat(lines).allMatch(line -> line.matches("\\S+ +[a-z0-9.+-]+"));
        assertThat(lines).doesNotHaveDuplicates();
    }
}
