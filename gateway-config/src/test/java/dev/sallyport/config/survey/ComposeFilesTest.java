package dev.sallyport.config.survey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.audit.seen.Mount;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.audit.seen.Variable;
import dev.sallyport.config.model.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ComposeFilesTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "8080, '', '', 8080, tcp",
                "8080:80, '', 8080, 80, tcp",
                "53:53/udp, '', 53, 53, udp",
                "127.0.0.1:8080:80, 127.0.0.1, 8080, 80, tcp",
                "127.0.0.1::80, 127.0.0.1, '', 80, tcp",
                "'[::1]:8080:80', ::1, 8080, 80, tcp",
                "'::1:8080:80', ::1, 8080, 80, tcp",
                "8000-8010:8000-8010, '', 8000-8010, 8000-8010, tcp",
                "'${PORT}:80', '', '${PORT}', 80, tcp",
                "'${PORT:-8080}:80', '', 8080, 80, tcp",
                "'${BIND:-127.0.0.1}:8080:80', 127.0.0.1, 8080, 80, tcp",
            })
    void readsPorts(String written, String address, String hostPort, String port, String protocol)
            throws IOException {
        var service = service("ports: [\"" + written + "\"]");

        assertThat(service.ports())
                .extracting(
                        PublishedPort::hostAddress,
                        PublishedPort::hostPort,
                        PublishedPort::port,
                        PublishedPort::protocol)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(address, hostPort, port, protocol));
    }

    @ParameterizedTest
    @CsvSource({
        "'$A-$B', 'a-$B'",
        "'${A}', a",
        "'${B}', '${B}'",
        "'${B:-b}', b",
        "'${B-b}', b",
        "'${EMPTY:-b}', b",
        "'${EMPTY-b}', ''",
        "'${A:+x}', x",
        "'${B:+x}', ''",
        "'${B:-${A}}', a",
        "'${A:?must be}', a",
        "'${B:?must be}', '${B:?must be}'",
        "'$$A', '$A'",
        "'cost: 5$', 'cost: 5$'",
        "'${A', '${A'",
    })
    void putsVariablesIn(String written, String expected) {
        var variables = Variables.of(folder, name -> Map.of("A", "a", "EMPTY", "").get(name));

        assertThat(variables.fill(written)).isEqualTo(expected);
    }

    @Test
    void takesVariablesOfTheProject() throws IOException {
        Files.writeString(folder.resolve(".env"), "# ours\nexport TAG='17' # pinned\nNAME=db\n");

        assertThat(service("image: \"$NAME:$TAG\"").image()).isEqualTo("db:17");
    }

    @Test
    void keepsOfAnEnvironmentOnlyWhatKindItsValuesAre() throws IOException {
        var service =
                service(
                        "environment: {A: text, B: \"\", C: \"${X}\", D: \"${X:-x}\","
                                + " E: \"x://u:p@h\", F: \"x://u:${X}@h\", G: 1}");

        assertThat(service.environment())
                .extracting(Variable::kind)
                .containsExactly(
                        Variable.Kind.LITERAL,
                        Variable.Kind.EMPTY,
                        Variable.Kind.FILLED_IN,
                        Variable.Kind.LITERAL,
                        Variable.Kind.LITERAL_URL,
                        Variable.Kind.FILLED_IN,
                        Variable.Kind.LITERAL);
        assertThat(service.variable("G")).extracting("switchedOn").isEqualTo(true);
    }

    @Test
    void readsMountsInBothFormsAndVolumesThatAreFolders() throws IOException {
        var project =
                project(
                        """
                        services:
                          a:
                            volumes:
                              - /etc:/x:ro
                              - named:/y
                              - plain:/z
                              - {type: bind, source: ./sub/.., target: /w}
                        volumes:
                          named: {driver_opts: {type: none, o: bind, device: /var/run}}
                          plain: {}
                        """);

        assertThat(project.services().getFirst().mounts())
                .extracting(Mount::source)
                .containsExactly("/etc", "/var/run", folder.toString());
    }

    @Test
    void mergesAnOverrideAsComposeDoes() throws IOException {
        Files.writeString(
                folder.resolve("compose.override.yaml"),
                """
                services:
                  a:
                    ports: !reset []
                    privileged: true
                    environment: [B=2]
                    expose: ["81"]
                """);
        var project =
                project(
                        """
                        services:
                          a: {ports: ["80:80"], environment: {A: 1}, expose: ["80"]}
                        """);

        var service = project.services().getFirst();
        assertThat(service.ports()).isEmpty();
        assertThat(service.has("privileged", "true")).isTrue();
        assertThat(service.environment()).extracting(Variable::name).containsExactly("A", "B");
        assertThat(service.exposed()).containsExactly("80", "81");
        assertThat(Objects.requireNonNull(service.find("privileged")).place())
                .asString()
                .endsWith("compose.override.yaml:4:17");
    }

    @Test
    void joinsFilesThatAreNamedTogether() throws IOException {
        var first = write("a.yaml", "services: {a: {image: x, privileged: true}}");
        var second = write("b.yaml", "services: {a: {image: y}, b: {image: z}}");

        var project = load(first + ":" + second);

        assertThat(project.services()).extracting(Service::image).containsExactly("y", "z");
    }

    @Test
    void followsExtendsAndIncludes() throws IOException {
        write("base.yaml", "services: {app: {privileged: true, labels: {a: b}}}");
        write("more.yaml", "services: {db: {image: postgres}}");
        var project =
                project(
                        """
                        include: [more.yaml]
                        services:
                          web:
                            extends: {file: base.yaml, service: app}
                            labels: [c=d]
                          twin:
                            extends: web
                            privileged: false
                        """);

        assertThat(project.services())
                .extracting(Service::name)
                .containsExactlyInAnyOrder("db", "web", "twin");
        var web = named(project, "web");
        assertThat(web.has("privileged", "true")).isTrue();
        assertThat(web.labels()).extracting(Setting::key).containsExactly("a", "c");
        assertThat(named(project, "twin").has("privileged", "true")).isFalse();
    }

    @Test
    void filesThatLeadInCirclesEnd() throws IOException {
        write("b.yaml", "include: [compose.yaml]\nservices: {b: {extends: b, image: x}}");
        var project = project("include: [b.yaml]\nservices: {a: {extends: a, image: y}}");

        assertThat(project.services()).extracting(Service::name).contains("a", "b");
    }

    @Test
    void hostileTextsEndInProblems() throws IOException {
        assertThat(problems("include: [\"a\\0b\"]\nservices: {a: {volumes: [\"/a\\0:/b\"]}}"))
                .singleElement()
                .asString()
                .contains("the path of a file");
        assertThat(problems("services: {a: {image: \"" + "${A:-".repeat(5_000) + "\"}}")).isEmpty();
        assertThat(problems("services: {a: {ports: [\":::\", \"]]\", \"/\", {}, []]}}")).isEmpty();
        assertThat(problems("services: {a: &a {<<: *a}}")).isNotEmpty();
    }

    @Test
    void knowsNetworksByTheirRealNames() throws IOException {
        var project =
                project(
                        """
                        name: shop
                        services:
                          a: {networks: [inner, outer, other]}
                          b: {}
                        networks:
                          inner: {internal: true}
                          outer: {external: true}
                          other: {name: "${NET:-lan}"}
                        """);

        assertThat(project.networks())
                .extracting(each -> each.name() + " " + each.isElsewhere())
                .containsExactly(
                        "shop_inner false", "outer true", "lan false", "shop_default false");
    }

    @Test
    void tellsWhatIsNoComposeFile() throws IOException {
        assertThat(problems("services: [a]\n")).isEmpty();
        assertThat(problems("servces: {a: {}}\n"))
                .singleElement()
                .asString()
                .contains("no services, but \"servces\"");
        assertThat(problems("services: {a: nothing}\n"))
                .singleElement()
                .asString()
                .contains("services.a: \"nothing\" (expected: a mapping");
        assertThat(problems("- a\n")).singleElement().asString().contains("no mapping");
        assertThat(problems("services: {a: {extends: b}}\n"))
                .singleElement()
                .asString()
                .contains("a service to extend that is not there");
        assertThat(problems("services: {<<: text}\n")).isNotEmpty();
    }

    @Test
    void tellsComposeFilesFromConfigurations() throws IOException {
        assertThat(ComposeFiles.isCompose(write("a.yaml", "services: {a: {}}"))).isTrue();
        assertThat(ComposeFiles.isCompose(write("b.yaml", "routes: {}\nservices: {}"))).isFalse();
        assertThat(ComposeFiles.isCompose(folder)).isFalse();
        assertThat(ComposeFiles.isCompose(folder.resolve("none.yaml"))).isFalse();
    }

    private List<String> problems(String text) throws IOException {
        return ComposeFiles.load(write("compose.yaml", text).toString(), _ -> null)
                .problems()
                .stream()
                .map(Problem::toString)
                .toList();
    }

    private Service service(String settings) throws IOException {
        return project("services:\n  a:\n    " + settings + "\n").services().getFirst();
    }

    private static Service named(Project project, String name) {
        return project.services().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Project project(String text) throws IOException {
        return load(write("compose.yaml", text).toString());
    }

    private static Project load(String words) {
        var loaded = ComposeFiles.load(words, _ -> null);
        return Objects.requireNonNull(loaded.project());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
