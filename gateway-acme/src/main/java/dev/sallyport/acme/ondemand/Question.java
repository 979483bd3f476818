package dev.sallyport.acme.ondemand;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service whether a name may have a certificate. Only 200 is yes; a redirect is a no, and of
 * a body nothing is read. Blocking.
 */
final class Question implements AutoCloseable {
    private static final int OK = 200;
    private static final int TOO_MANY = 429;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    /**
     * What was answered.
     *
     * @param decision null for yes
     * @param reason of a no, for people
     */
    record Answer(@Nullable Decision decision, String reason) {
        static final Answer YES = new Answer(null, "");
    }

    Answer ask(URI service, Duration patience, String name, @Nullable InetAddress asking)
            throws InterruptedException {
        var request =
                HttpRequest.newBuilder(address(service, name, asking))
                        .header("user-agent", "sallyport")
                        .timeout(patience)
                        .build();
        var sent = client.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            var response = sent.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            response.body().close(); // the head says all
            int status = response.statusCode();
            if (status == OK) {
                return Answer.YES;
            }
            return new Answer(
                    status / 100 == 5 || status == TOO_MANY ? Decision.UNANSWERED : Decision.DENIED,
                    "ask answered " + status + " (expected: 200)");
        } catch (TimeoutException e) {
            sent.cancel(true);
            return unanswered("no answer of ask within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            return unanswered("ask failed: " + e.getCause());
        } catch (IOException e) {
            return unanswered("ask failed: " + e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            throw e;
        }
    }

    private static Answer unanswered(String reason) {
        return new Answer(Decision.UNANSWERED, reason);
    }

    static URI address(URI service, String name, @Nullable InetAddress asking) {
        var query = service.getRawQuery();
        var more = "domain=" + URLEncoder.encode(name, StandardCharsets.US_ASCII);
        if (asking != null) {
            more +=
                    "&client_ip="
                            + URLEncoder.encode(asking.getHostAddress(), StandardCharsets.US_ASCII);
        }
        return URI.create(service + (query == null ? "?" : query.isEmpty() ? "" : "&") + more);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
