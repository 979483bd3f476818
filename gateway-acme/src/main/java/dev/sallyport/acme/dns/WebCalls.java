package dev.sallyport.acme.dns;

import dev.sallyport.acme.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Calls of web services that answer with JSON: with a deadline, a bound, and no redirects. */
final class WebCalls {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long LONGEST_BODY = 256 * 1024;
    private static final int LONGEST_TOLD = 300;

    private final String service;
    private final Map<String, String> fields;

    /**
     * Calls of one service.
     *
     * @param service its name in messages
     * @param fields of every request; never logged
     */
    WebCalls(String service, Map<String, String> fields) {
        this.service = service;
        this.fields = Map.copyOf(fields);
    }

    /** Sends a request and reads the answer; what is no JSON object reads as an empty one. */
    Map<String, @Nullable Object> call(String method, URI address, @Nullable Map<String, ?> body)
            throws IOException, InterruptedException {
        var publisher =
                body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(Json.line(body));
        var builder = HttpRequest.newBuilder(address).timeout(DEADLINE).method(method, publisher);
        builder.header("content-type", "application/json").header("user-agent", "sallyport");
        fields.forEach(builder::header);
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(DEADLINE)
                        .build()) {
            var sent =
                    client.sendAsync(
                            builder.build(),
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
            try {
                var response = sent.get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
                var text = new String(response.body(), StandardCharsets.UTF_8);
                if (response.statusCode() / 100 != 2) {
                    throw new IOException(
                            service
                                    + ": HTTP "
                                    + response.statusCode()
                                    + " of "
                                    + address
                                    + ": "
                                    + shortened(text));
                }
                return object(text);
            } catch (TimeoutException e) {
                client.shutdownNow();
                throw new IOException(
                        service
                                + ": no answer of "
                                + address
                                + " within "
                                + DEADLINE.toSeconds()
                                + " s",
                        e);
            } catch (ExecutionException e) {
                throw new IOException(service + ": " + address + ": " + e.getCause(), e);
            } catch (InterruptedException e) {
                client.shutdownNow();
                throw e;
            }
        }
    }

    private static Map<String, @Nullable Object> object(String text) {
        try {
            return Json.read(text);
        } catch (IOException e) {
            return new LinkedHashMap<>();
        }
    }

    private static String shortened(String text) {
        var line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST_TOLD ? line.substring(0, LONGEST_TOLD) : line;
    }
}
