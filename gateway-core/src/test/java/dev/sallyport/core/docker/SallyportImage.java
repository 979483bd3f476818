package dev.sallyport.core.docker;

import dev.sallyport.core.support.Repository;
import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The image as {@code --target prebuilt} makes it, of the jars of this build. */
final class SallyportImage {
    static final String NAME = "sallyport";

    private SallyportImage() {}

    /** Builds it on an engine; the folder is what the build sees. */
    static Path build(RealEngine engine, Path folder) throws IOException, InterruptedException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Path dist = Files.createDirectories(context.resolve("gateway-core/target")).resolve("dist");
        RealEngine.run(List.of("cp", "-a", distribution().toString(), dist.toString()));
        RealEngine.run(
                List.of(
                        "cp",
                        "-r",
                        Repository.root().resolve("docker").toString(),
                        context.resolve("docker").toString()));
        Map<String, String> environment =
                Map.of("DOCKER_HOST", "unix://" + engine.socket(), "DOCKER_BUILDKIT", "0");
        RealEngine.run(
                List.of(context.resolve("docker/scratch-base").toString(), "base"), environment);
        RealEngine.run(
                List.of(
                        "docker",
                        "build",
                        "-f",
                        context.resolve("docker/Dockerfile").toString(),
                        "--target",
                        "prebuilt",
                        "--build-arg",
                        "BASE=base",
                        "-t",
                        NAME,
                        context.toString()),
                environment);
        return dist;
    }

    /** Made as {@code mvn -Pdist} does, anew when anything that goes into it is newer. */
    private static Path distribution() throws IOException, InterruptedException {
        Tool.require("strip");
        Path core = Repository.root().resolve("gateway-core");
        Path dist = core.resolve("target/image/dist");
        Path last = dist.resolve("lib/sallyport.aot");
        if (!Files.exists(last)
                || newest(core.resolve("target/lib"), core.resolve("src/dist"))
                                .compareTo(Files.getLastModifiedTime(last))
                        > 0) {
            RealEngine.run(
                    List.of(
                            System.getProperty("java.home") + "/bin/java",
                            core.resolve("src/dist/Dist.java").toString(),
                            core.resolve("src/dist").toString(),
                            core.resolve("target/lib").toString(),
                            dist.toString()));
        }
        return dist;
    }

    private static FileTime newest(Path... folders) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    newest =
                            Stream.of(newest, Files.getLastModifiedTime(file))
                                    .max(Comparator.naturalOrder())
                                    .orElseThrow();
                }
            }
        }
        return newest;
    }
}
