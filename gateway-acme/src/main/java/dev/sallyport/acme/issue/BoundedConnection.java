package dev.sallyport.acme.issue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;

/**
 * The library's connection with what it lacks: one deadline over head and body, a bound on the
 * body, {@code Retry-After} of any answer kept, a nonce used once whatever came of it, an interrupt
 * that stays.
 */
final class BoundedConnection extends DefaultConnection {
    /** Chains are the longest: about 8 KiB. */
    private static final long LONGEST_BODY = 256 * 1024;

    private static final int FIRST_ERROR = 400;
    private static final String RETRY_AFTER = "retry-after";

    private final Clock clock;
    private final Duration deadline;

    BoundedConnection(HttpConnector connector, Clock clock, Duration deadline) {
        super(connector);
        this.clock = clock;
        this.deadline = deadline;
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body)
            throws IOException {
        var builder =
                httpConnector
                        .createRequestBuilder(url)
                        .setHeader("User-Agent", "sallyport acme4j")
                        .header("Accept-Language", "en");
        body.accept(builder);
        var request = builder.build();
        var response = send(session, url, request);
        var kept = new Kept(response, clock.instant());
        if (kept.statusCode() >= FIRST_ERROR && !kept.isProblem()) {
            forgetNonce(session);
            throw new Unavailable(url + ": HTTP " + kept.statusCode(), kept.retryAfter());
        }
        lastResponse = kept;
    }

    private HttpResponse<byte[]> send(Session session, URL url, HttpRequest request)
            throws IOException {
        var sent =
                httpClient.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
        try {
            return sent.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            forgetNonce(session);
            throw new IOException(
                    url + ": no whole answer within " + deadline.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            forgetNonce(session);
            var cause = e.getCause() == null ? e : e.getCause();
            var message = cause.getMessage();
            throw new IOException(
                    url + ": " + (message == null ? cause.getClass().getSimpleName() : message),
                    cause);
        }
    }

    /** It may have been used; used twice it is refused. */
    private static void forgetNonce(Session session) {
        try (var nonce = session.lockNonce()) {
            nonce.setNonce(null);
        }
    }

    /** An error of something in between, such as a page of a load balancer. */
    static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1;

        private final transient @Nullable Instant retryAfter;

        Unavailable(String message, @Nullable Instant retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        @Nullable Instant retryAfter() {
            return retryAfter;
        }
    }

    /** An answer that is all here, with header fields the library understands. */
    private record Kept(HttpResponse<byte[]> response, Instant now)
            implements HttpResponse<InputStream> {
        boolean isProblem() {
            return response.headers()
                    .firstValue("content-type")
                    .map(type -> type.toLowerCase(Locale.ROOT))
                    .filter(type -> type.startsWith("application/problem+json"))
                    .isPresent();
        }

        /** By our clock, for theirs may be wrong; what is no time is left out. */
        @Nullable Instant retryAfter() {
            var value = response.headers().firstValue(RETRY_AFTER).orElse("").strip();
            try {
                if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    return value.length() > 9 ? null : now.plusSeconds(Long.parseLong(value));
                }
                if (value.isEmpty()) {
                    return null;
                }
                var format = DateTimeFormatter.RFC_1123_DATE_TIME;
                var theirs =
                        response.headers()
                                .firstValue("date")
                                .map(date -> ZonedDateTime.parse(date, format).toInstant())
                                .orElse(now);
                return now.plus(
                        Duration.between(theirs, ZonedDateTime.parse(value, format).toInstant()));
            } catch (DateTimeException e) {
                return null;
            }
        }

        @Override
        public HttpHeaders headers() {
            Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            response.headers()
                    .map()
                    .forEach((name, values) -> fields.put(name, split(name, values)));
            fields.remove(RETRY_AFTER);
            fields.remove("date");
            var again = retryAfter();
            if (again != null) {
                var date = ZonedDateTime.ofInstant(again, ZoneOffset.UTC);
                fields.put(RETRY_AFTER, List.of(DateTimeFormatter.RFC_1123_DATE_TIME.format(date)));
            }
            return HttpHeaders.of(fields, (name, value) -> true);
        }

        /** Links may stand in one field, separated by commas (RFC 8288 3). */
        private static List<String> split(String name, List<String> values) {
            if (!name.equalsIgnoreCase("link")) {
                return values;
            }
            var links = new ArrayList<String>();
            for (var value : values) {
                for (var link : value.split(",(?=\\s*<)", -1)) {
                    links.add(link.strip());
                }
            }
            return links;
        }

        @Override
        public int statusCode() {
            return response.statusCode();
        }

        @Override
        public HttpRequest request() {
            return response.request();
        }

        @Override
        public Optional<HttpResponse<InputStream>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(response.body());
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return response.sslSession();
        }

        @Override
        public URI uri() {
            return response.uri();
        }

        @Override
        public HttpClient.Version version() {
            return response.version();
        }
    }
}
