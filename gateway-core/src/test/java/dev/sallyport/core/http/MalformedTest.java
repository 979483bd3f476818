package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Fields;
import dev.sallyport.core.support.MalformedCorpus.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MalformedTest {
    private static final Set<String> IN_CORPUS =
            Stream.concat(
                            Stream.of(
                                            MalformedCorpus.requests(),
                                            MalformedCorpus.bodies(),
                                            MalformedCorpus.responses())
                                    .flatMap(items -> items.stream().map(Item::reason)),
                            MalformedCorpus.fields().stream().map(Fields::reason))
                    .collect(Collectors.toSet());

    @ParameterizedTest
    @EnumSource
    void everyReasonHasItsLineInTheDocument(Malformed malformed) throws IOException {
        String document = Files.readString(Path.of("..", "docs", "malformed.md"), UTF_8);

        assertThat(document)
                .contains("| `" + malformed.reason() + "` | " + malformed.status() + " |");
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonIsInTheCorpus(Malformed malformed) {
        assertThat(IN_CORPUS).contains(malformed.reason());
    }
}
