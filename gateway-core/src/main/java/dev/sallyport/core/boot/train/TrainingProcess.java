package dev.sallyport.core.boot.train;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A running {@link TrainingLoad}, seen from the edge that is trained. */
final class TrainingProcess implements AutoCloseable {
    private final BufferedReader answers;
    private final BufferedWriter orders;
    private final int samplePort;

    private TrainingProcess(Process process) throws IOException {
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.samplePort = Integer.parseInt(answer());
    }

    /** Starts one on this Java and these classes. */
    static TrainingProcess start() throws IOException {
        return new TrainingProcess(
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TrainingLoad.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    int samplePort() {
        return samplePort;
    }

    /** Loads the edge behind these ports; returns when all is answered. */
    void exercise(int plainPort, int securePort, int streamsPort, Path root) throws IOException {
        orders.write("%d %d %d %s\n".formatted(plainPort, securePort, streamsPort, root));
        orders.flush();
        String answer = answer();
        if (!answer.equals(TrainingLoad.DONE)) {
            throw new IOException("training load: " + answer + " (expected: done)");
        }
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("training load: ended (expected: an answer; see its message)");
        }
        return line;
    }

    /** It ends with its input. */
    @Override
    public void close() throws IOException {
        orders.close();
    }
}
