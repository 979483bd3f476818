package dev.sallyport.config.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class AuditPageTest {
    @Test
    void hasTheTableOfTheRules() throws IOException {
        assertThat(Files.readString(Path.of("../docs/audit.md"))).contains(Rules.markdown());
    }

    @Test
    void noIdIsGivenTwice() {
        assertThat(Rules.all()).extracting(each -> each.info().id()).doesNotHaveDuplicates();
    }
}
