package dev.sallyport.core.boot.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.read.ConfigFiles;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.core.filter.BuiltInFilters;
import dev.sallyport.core.support.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/tcp-udp.md is a good configuration, without a warning. */
class DocumentedExampleTest {
    @TempDir private Path folder;

    @Test
    void exampleOfTcpAndUdpRoutesIsGood() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs/tcp-udp.md"));
        int start = page.indexOf("```yaml\n") + "```yaml\n".length();
        String example = page.substring(start, page.indexOf("```", start));
        Path file = Files.writeString(folder.resolve("edge.yaml"), example);

        var reading =
                new ConfigReader(BuiltInFilters.types(), _ -> null)
                        .read(ConfigFiles.load(file).root());

        assertThat(reading.problems()).isEmpty();
        var config = Objects.requireNonNull(reading.config());
        assertThat(new ConfigCheck(_ -> null).check(config, reading.places())).isEmpty();
        assertThat(config.tcpRoutes()).hasSize(4);
    }
}
