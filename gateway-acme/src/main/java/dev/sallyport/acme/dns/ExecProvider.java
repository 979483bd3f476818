package dev.sallyport.acme.dns;

import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/**
 * A program of one's own, by the contract that lego calls {@code exec}: no shell, and no variables
 * but those configured.
 */
final class ExecProvider implements DnsProvider {
    private static final int LONGEST_TOLD = 300;

    private final Acme.DnsProof.Exec settings;

    ExecProvider(Acme.DnsProof.Exec settings) {
        this.settings = settings;
    }

    @Override
    public void present(TxtRecord record) throws IOException, InterruptedException {
        run("present", record);
    }

    @Override
    public void remove(TxtRecord record) throws IOException, InterruptedException {
        run("cleanup", record);
    }

    private void run(String verb, TxtRecord record) throws IOException, InterruptedException {
        var output = Files.createTempFile("sallyport-exec-", ".txt");
        try {
            var builder =
                    new ProcessBuilder(
                                    settings.program().toString(),
                                    verb,
                                    record.target(),
                                    record.value())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            var path = System.getenv("PATH");
            builder.environment().clear();
            builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
            settings.environment()
                    .forEach((name, value) -> builder.environment().put(name, value.value()));
            var process = builder.start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException(
                            "exec: "
                                    + settings.program()
                                    + " "
                                    + verb
                                    + " did not end within "
                                    + settings.timeout().toSeconds()
                                    + " s");
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "exec: "
                                + settings.program()
                                + " "
                                + verb
                                + " ended with "
                                + process.exitValue()
                                + ": "
                                + told(output));
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String told(java.nio.file.Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            var text = new String(in.readNBytes(LONGEST_TOLD), StandardCharsets.UTF_8);
            return text.replaceAll("\\p{Cntrl}+", " ").strip();
        }
    }
}
