package dev.sallyport.config.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.SampleFilters;
import dev.sallyport.config.check.ConfigCheck;
import dev.sallyport.config.feed.FeedStatus.Outcome;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.model.problem.Source;
import dev.sallyport.config.provider.Assembly;
import dev.sallyport.config.read.ConfigReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class ConfigFeedTest {
    private static final String GOOD = "routes: {a: {host: a.test, respond: 404}}\n";
    private static final String OTHER = "routes: {b: {host: b.test, respond: 404}}\n";
    private static final String BROKEN = "routes: {a: {hots: a.test}}\n";
    private static final String NOT_YAML = "routes: [\n";

    @TempDir Path folder;
    private final RecordingSubscriber edge = new RecordingSubscriber();
    private final BlockingQueue<FeedStatus> reports = new LinkedBlockingQueue<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private @Nullable ConfigFeed feed;

    /** Keeps what it is given, and refuses when told to. */
    private static final class RecordingSubscriber implements ConfigSubscriber {
        final List<GatewayConfig> applied = new ArrayList<>();
        volatile boolean refusing;

        @Override
        public List<Problem> apply(GatewayConfig config, Places places) {
            if (refusing) {
                var place = Place.of(new Source("edge", Path.of("")));
                return List.of(Problem.error(place, "listeners", "port taken", null));
            }
            applied.add(config);
            return List.of();
        }

        List<String> routes() {
            return applied.getLast().routes().stream().map(route -> route.name()).toList();
        }
    }

    @AfterEach
    void closeFeed() {
        if (feed != null) {
            feed.close();
        }
    }

    private ConfigFeed feed(
            List<? extends ConfigSubscriber> subscribers, FakeProvider... providers) {
        feed =
                new ConfigFeed(
                        List.of(providers),
                        List.of(),
                        new Assembly(new ConfigReader(SampleFilters.TYPES, _ -> null)),
                        new ConfigCheck(_ -> null),
                        subscribers,
                        reports::add,
                        now::get);
        return feed;
    }

    private FakeProvider provider(String name, String text) {
        return new FakeProvider(name, folder, text);
    }

    private FeedStatus nextReport() throws InterruptedException {
        var report = reports.poll(10, TimeUnit.SECONDS);
        assertThat(report).isNotNull();
        return report;
    }

    @Test
    void putsTheFirstInForce() {
        var status = feed(List.of(edge), provider("file", GOOD)).start();

        assertThat(status.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(status.generation()).isEqualTo(1);
        assertThat(status.appliedAt()).isEqualTo(Instant.EPOCH);
        assertThat(edge.routes()).containsExactly("a");
    }

    @Test
    void startsWithNothingFromABrokenFile() {
        var feed = feed(List.of(edge), provider("file", BROKEN));

        var status = feed.start();

        assertThat(status.isRefused()).isTrue();
        assertThat(status.generation()).isZero();
        assertThat(status.appliedAt()).isNull();
        assertThat(edge.applied).isEmpty();
        assertThat(feed.status()).isEqualTo(status);
    }

    @Test
    void followsChanges() throws InterruptedException {
        var file = provider("file", GOOD);
        feed(List.of(edge), file).start();

        file.change(OTHER);

        assertThat(nextReport().generation()).isEqualTo(2);
        assertThat(edge.routes()).containsExactly("b");
    }

    @Test
    void keepsTheLastGoodOne() throws InterruptedException {
        var file = provider("file", GOOD);
        feed(List.of(edge), file).start();
        now.set(Instant.ofEpochSecond(5));

        for (var bad : List.of(BROKEN, NOT_YAML)) {
            file.change(bad);
            var report = nextReport();

            assertThat(report.isRefused()).isTrue();
            assertThat(report.generation()).isEqualTo(1);
            assertThat(report.appliedAt()).isEqualTo(Instant.EPOCH);
            assertThat(report.attemptedAt()).isEqualTo(Instant.ofEpochSecond(5));
            assertThat(report.problems()).isNotEmpty();
        }
        assertThat(edge.applied).hasSize(1);
    }

    @Test
    void leavesAnEqualOneAlone() {
        var file = provider("file", GOOD);
        var feed = feed(List.of(edge), file);
        feed.start();
        file.hold("# a comment\n" + GOOD);

        var status = feed.reload();

        assertThat(status.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(status.generation()).isEqualTo(1);
        assertThat(edge.applied).hasSize(1);
    }

    @Test
    void reloadsWhenAsked() {
        var file = provider("file", GOOD);
        var feed = feed(List.of(edge), file);
        feed.start();
        file.hold(OTHER);

        assertThat(feed.reload().generation()).isEqualTo(2);
        assertThat(reports).hasSize(1);
    }

    @Test
    void mergesProviders() {
        feed(List.of(edge), provider("file", GOOD), provider("docker", OTHER)).start();

        assertThat(edge.routes()).containsExactly("a", "b");
    }

    @Test
    void refusesANameOfTwoProviders() {
        var status = feed(List.of(edge), provider("file", GOOD), provider("docker", GOOD)).start();

        assertThat(status.isRefused()).isTrue();
        assertThat(status.problems().toString()).contains("given a second time");
    }

    @Test
    void waitsForAllProvidersAtFirst() {
        var status =
                feed(List.of(edge), provider("file", NOT_YAML), provider("docker", OTHER)).start();

        assertThat(status.isRefused()).isTrue();
        assertThat(edge.applied).isEmpty();
    }

    @Test
    void letsOneProviderGoOnWhileAnotherIsBroken() throws InterruptedException {
        var file = provider("file", GOOD);
        var docker = provider("docker", "{}");
        feed(List.of(edge), file, docker).start();
        file.change(BROKEN);
        nextReport();

        docker.change(OTHER);

        assertThat(nextReport().generation()).isEqualTo(2);
        assertThat(edge.routes()).containsExactly("a", "b");
    }

    @Test
    void takesWhatWasRefusedOnceItsOtherHalfIsThere() throws InterruptedException {
        var file = provider("file", GOOD);
        var docker = provider("docker", "{}");
        feed(List.of(edge), file, docker).start();
        docker.change("routes: {b: {host: b.test, filters: slow, respond: 404}}");
        assertThat(nextReport().isRefused()).isTrue();

        file.change(GOOD + "filters: {slow: {rate-limit: 1/s}}");

        assertThat(nextReport().outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(edge.routes()).containsExactly("a", "b");
    }

    @Test
    void keepsTheLastGoodOneWhenTheEdgeCannotTakeIt() {
        var file = provider("file", GOOD);
        var first = new RecordingSubscriber();
        var feed = feed(List.of(first, edge), file);
        feed.start();
        edge.refusing = true;
        file.hold(OTHER);

        var status = feed.reload();

        assertThat(status.isRefused()).isTrue();
        assertThat(status.problems().toString()).contains("port taken");
        assertThat(first.routes()).containsExactly("a");
        assertThat(first.applied).hasSize(3);
    }

    @Test
    void reportsAProviderThatFails() throws InterruptedException {
        var file = provider("file", GOOD);
        feed(List.of(edge), file).start();

        file.fail();

        var report = nextReport();
        assertThat(report.isRefused()).isTrue();
        assertThat(report.problems().toString()).contains("provider file").contains("a bug");
        assertThat(report.generation()).isEqualTo(1);
    }

    @Test
    void tellsWarningsOfWhatItTook() {
        var status =
                feed(List.of(edge), provider("file", GOOD + "upstreams: {app: \"app:1\"}")).start();

        assertThat(status.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(status.problems()).singleElement().matches(problem -> !problem.isError());
    }
}
