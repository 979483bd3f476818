package dev.sallyport.acme.manage.crew;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WorkersTest {
    /** Or what it worked on would be under way for ever: never renewed, and nobody told. */
    @Test
    void tellsTheEndOfWorkThatBrokeWhateverBrokeIt() throws Exception {
        var broken = new StackOverflowError("too deep");
        var told = new CompletableFuture<@Nullable RuntimeException>();
        try (var workers = new Workers("test-")) {
            workers.start(
                    () -> {
                        throw broken;
                    },
                    told::complete);

            assertThat(told.get(10, TimeUnit.SECONDS)).hasCause(broken);
            assertThat(workers.count()).isZero();
        }
    }
}
