package dev.sallyport.core.boot.audit;

import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.survey.ComposeFiles;
import dev.sallyport.config.survey.engine.EngineSurvey;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be looked at: compose files, each a project, or a running engine. */
final class Subjects {
    private static final List<String> USUAL =
            List.of("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml");

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = {
                "Compose files, each a project; several of one project joined by \":\", as in"
                        + " COMPOSE_FILE. Without any, the one of this folder."
            })
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--edge",
            paramLabel = "SERVICE",
            description =
                    "The service that may publish ports; may be repeated. Without it, what runs the"
                            + " image sallyport, or else another proxy at 80 or 443.")
    private List<String> edges = new ArrayList<>();

    @Option(
            names = "--engine",
            paramLabel = "ADDRESS",
            description = {
                "Look at what runs on an engine, in place of files: unix:///var/run/docker.sock."
                        + " It is asked by GET alone; values of environments are not kept."
            })
    private @Nullable String engine;

    /** Reads all of it; what cannot be read ends the command. */
    Estate look() throws Failure {
        @Nullable String address = engine;
        if (address != null) {
            return running(address);
        }
        List<Project> projects = new ArrayList<>();
        for (String words : files.isEmpty() ? List.of(usual()) : files) {
            ComposeFiles.Loaded loaded = ComposeFiles.load(words, System::getenv);
            @Nullable Project project = loaded.project();
            if (project == null || Problem.anyError(loaded.problems())) {
                throw new Failure(
                        Exit.CONFIG,
                        String.join(
                                "\n", loaded.problems().stream().map(Problem::toString).toList()));
            }
            projects.add(project);
        }
        return new Estate(projects, edges, null);
    }

    private Estate running(String address) throws Failure {
        String path = address.startsWith("unix://") ? address.substring(7) : address;
        if (!path.startsWith("/")) {
            throw new Failure(
                    Exit.USAGE,
                    "--engine: \""
                            + address
                            + "\" (expected: unix:///var/run/docker.sock; look at an engine on its"
                            + " own host)");
        }
        if (!files.isEmpty()) {
            throw new Failure(Exit.USAGE, "--engine with files (expected: one or the other)");
        }
        try {
            return EngineSurvey.look(Path.of(path), Path.of("/"), edges);
        } catch (IOException e) {
            throw new Failure(Exit.UNAVAILABLE, address + ": " + e.getMessage());
        }
    }

    private static String usual() throws Failure {
        for (String name : USUAL) {
            if (Files.exists(Path.of(name))) {
                return name;
            }
        }
        throw new Failure(Exit.USAGE, "no compose file in this folder (expected: one, or FILE)");
    }
}
