package dev.sallyport.core.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each law is seen to be enforced, on a house in which each is broken once. */
class BrokenHouseTest {
    private static final String PLATE =
            """
            /**
             * Purpose in one sentence.
             *
             * <p>Runs on: the event loop.
             *
             * <p>May touch: JDK.
             *
             * <p>Start reading at: {@code Start}.
             */
            @NullMarked
            package room;

            import org.jspecify.annotations.NullMarked;
            """;

    private final House house = House.under("brokenhouse");
    private final ClassRules rules = new ClassRules(house);
    private final JavaClasses classes = new ClassFileImporter().importPackages("brokenhouse");

    @Test
    void noticesRoomThatReachesUpOrSideways() {
        var crooked =
                new House(
                        "crooked",
                        List.of(
                                Room.of("core.http", 0, "core.listen"),
                                Room.of("core.downstream", 1, "core.upstream", "core.http"),
                                Room.of("core.upstream", 1),
                                Room.of("core.listen", 2)),
                        List.of());

        assertThat(crooked.upward())
                .containsExactly(
                        "core.http reaches up to core.listen",
                        "core.downstream reaches up to core.upstream");
    }

    @Test
    void noticesClassThatTouchesWhatItsRoomMayNot() {
        assertThat(rules.strayTouches(classes))
                .containsExactly(
                        "brokenhouse.attic.Stray: in no room of the house",
                        "brokenhouse.core.downstream.Wire touches brokenhouse.core.upstream.Pool",
                        "brokenhouse.core.exchange.LooksUp touches brokenhouse.core.downstream.Wire",
                        "brokenhouse.core.match.TouchesLibrary touches io.netty.channel.Channel",
                        "brokenhouse.core.upstream.Pool touches brokenhouse.core.downstream.Wire");
    }

    @Test
    void noticesCircle() {
        assertThat(rules.cycles(classes))
                .singleElement()
                .asString()
                .contains("core.downstream", "core.upstream");
    }

    @Test
    void noticesWhatIsSlowOnLoop() {
        assertThat(rules.slowOnLoop(classes))
                .contains(
                        "brokenhouse.core.listen.Blocks is synchronized on a loop",
                        "brokenhouse.core.listen.Dawdles calls String.replaceAll on a loop",
                        "brokenhouse.core.listen.Dawdles uses java.util.regex.Pattern on a loop",
                        "brokenhouse.core.listen.Dawdles uses java.util.stream.Stream on a loop",
                        "brokenhouse.core.listen.Locks is synchronized on a loop");
    }

    @Test
    void leavesControlSideOfLoopRoomAlone() {
        var open = new House(house.root(), house.rooms(), List.of("core.listen.Blocks"));

        assertThat(new ClassRules(open).slowOnLoop(classes))
                .noneMatch(problem -> problem.contains("Blocks"))
                .anyMatch(problem -> problem.contains("Locks"));
    }

    @Test
    void noticesStaticState() {
        assertThat(rules.staticState(classes))
                .containsExactlyInAnyOrder(
                        "brokenhouse.core.http.Remembers.COUNT is static state",
                        "brokenhouse.core.http.Remembers.last is static state");
    }

    @Test
    void acceptsDoorPlateOfRoomThatIsStillEmpty(@TempDir Path sources) throws IOException {
        write(sources, "package-info.java", PLATE);

        assertThat(SourceRules.plates(sources)).isEmpty();
    }

    @Test
    void noticesRoomWithoutDoorPlate(@TempDir Path sources) throws IOException {
        write(sources, "Start.java", "");

        assertThat(SourceRules.plates(sources))
                .containsExactly("room: no door plate package-info.java");
    }

    @Test
    void noticesDoorPlateThatIsIncomplete(@TempDir Path sources) throws IOException {
        write(sources, "Start.java", "");

        for (String part :
                List.of("Purpose in one sentence.", "Runs on:", "May touch:", "@NullMarked")) {
            write(sources, "package-info.java", PLATE.replace(part, ""));

            assertThat(SourceRules.plates(sources))
                    .singleElement()
                    .asString()
                    .startsWith("room/package-info.java: not a door plate");
        }
    }

    @Test
    void noticesDoorPlateThatNamesNoFileOfItsRoom(@TempDir Path sources) throws IOException {
        write(
                sources,
                "package-info.java",
                PLATE.replace("{@code Start}", "{@code Start}, then {@code Gone}"));
        write(sources, "Start.java", "");

        assertThat(SourceRules.plates(sources))
                .containsExactly(
                        "room/package-info.java: start reading at Gone (expected: a file of this room)");
    }

    @Test
    void noticesCrowdedRoom(@TempDir Path sources) throws IOException {
        write(sources, "package-info.java", PLATE);
        for (int i = 0; i < 15; i++) {
            write(sources, "File" + i + ".java", "");
        }
        assertThat(SourceRules.crowded(sources)).isEmpty();

        write(sources, "OneMore.java", "");

        assertThat(SourceRules.crowded(sources))
                .containsExactly("room: 16 files (expected: at most 15)");
    }

    @Test
    void noticesFileThatIsTooLong(@TempDir Path sources) throws IOException {
        write(sources, "Long.java", "\n".repeat(401));

        assertThat(SourceRules.tooLong(sources))
                .containsExactly("room/Long.java: 401 lines (expected: at most 400)");
    }

    @Test
    void noticesTestThatSleeps(@TempDir Path sources) throws IOException {
        write(sources, "ByThread.java", "Thread.sleep(5);");
        write(sources, "ByUnit.java", "TimeUnit.SECONDS.sleep(5);");
        write(sources, "Awake.java", "// no Thread.sleep(5) here\nString s = \"Thread.sleep(5)\";");

        assertThat(SourceRules.sleeps(sources))
                .containsExactly(
                        "room/ByThread.java: sleeps (expected: a clock, a latch)",
                        "room/ByUnit.java: sleeps (expected: a clock, a latch)");
    }

    private static void write(Path sources, String name, String text) throws IOException {
        Files.writeString(Files.createDirectories(sources.resolve("room")).resolve(name), text);
    }
}
