package dev.sallyport.core.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sallyport.core.support.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The house stands as {@link House} says: what is broken is listed line by line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloorsTest {
    private static final String ROOT = "dev.sallyport";

    private final House house = House.under(ROOT);
    private final ClassRules rules = new ClassRules(house);
    private JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    void readClassesOfAllModules() {
        classes =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.model", "acme.certificate", "core.boot"})
    void seesEachModule(String room) {
        assertThat(classes).anyMatch(type -> type.getPackageName().equals(ROOT + "." + room));
    }

    @Test
    void everyRoomTouchesLowerFloorsOnly() {
        assertThat(house.upward()).isEmpty();
    }

    @Test
    void everyClassTouchesWhatItsRoomMay() {
        assertThat(rules.strayTouches(classes)).isEmpty();
    }

    @Test
    void packagesFormNoCircle() {
        assertThat(rules.cycles(classes)).isEmpty();
    }

    @Test
    void loopsNeitherLockNorDawdle() {
        assertThat(rules.slowOnLoop(classes)).isEmpty();
    }

    @Test
    void everyClassOfTheControlSideIsThere() {
        assertThat(classes)
                .extracting(JavaClass::getName)
                .containsAll(house.controlSide().stream().map(name -> ROOT + "." + name).toList());
    }

    @Test
    void nothingIsRememberedInStaticFields() {
        assertThat(rules.staticState(classes)).isEmpty();
    }

    @Test
    void everyRoomHasItsDoorPlate() throws IOException {
        assertThat(inEachModule("main", SourceRules::plates)).isEmpty();
    }

    @Test
    void noRoomIsCrowded() throws IOException {
        assertThat(inEachModule("main", SourceRules::crowded)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "test"})
    void noFileIsTooLong(String side) throws IOException {
        assertThat(inEachModule(side, SourceRules::tooLong)).isEmpty();
    }

    @Test
    void noTestSleeps() throws IOException {
        assertThat(inEachModule("test", SourceRules::sleeps)).isEmpty();
    }

    private static List<String> inEachModule(String side, SourceRule rule) throws IOException {
        List<String> problems = new ArrayList<>();
        for (String module : List.of("gateway-config", "gateway-acme", "gateway-core")) {
            Path sources = Repository.root().resolve(module).resolve("src").resolve(side);
            problems.addAll(rule.problems(sources.resolve("java")));
        }
        return problems;
    }

    /** One of {@link SourceRules}. */
    private interface SourceRule {
        List<String> problems(Path sources) throws IOException;
    }
}
