package dev.sallyport.core.boot.train;

import dev.sallyport.core.boot.serve.SampleServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * The other process of {@code train}: the endpoint behind the edge and the clients before it. It
 * prints the port of its endpoint, then for each line it is given, {@code PLAIN SECURE STREAMS
 * ROOT} (three ports and the file of the root certificate), loads that edge and prints {@code
 * done}. It ends with its input.
 */
final class TrainingLoad {
    static final String DONE = "done";

    /** For each transport, once in plain text and once over TLS. */
    private static final int LONG_CONNECTIONS = 10;

    private static final int REQUESTS = 500;
    private static final int SHORT_CONNECTIONS = 240;
    private static final int BIG_BODIES = 20;

    private static final int STREAM_CONNECTIONS = 4;
    private static final int STREAM_ROUNDS = 100;

    private TrainingLoad() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SampleServer sample = SampleServer.start("train")) {
            System.out.println(sample.port());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 4);
                exercise(
                        Integer.parseInt(words[0]),
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        Path.of(words[3]));
                System.out.println(DONE);
            }
        }
    }

    private static void exercise(int plainPort, int securePort, int streamsPort, Path root)
            throws IOException, GeneralSecurityException {
        TrainingClient plain = TrainingClient.plain(plainPort);
        TrainingClient secure = TrainingClient.secure(securePort, root);
        for (TrainingClient client : List.of(plain, secure)) {
            client.connect(SHORT_CONNECTIONS, 1);
            client.connect(LONG_CONNECTIONS, REQUESTS);
            client.sendAndFetch(BIG_BODIES, SampleServer.BIG);
        }
        secure.ask(STREAM_CONNECTIONS, STREAM_ROUNDS);
        TrainingClient.plain(streamsPort).ask(1, STREAM_ROUNDS / 10);
    }
}
