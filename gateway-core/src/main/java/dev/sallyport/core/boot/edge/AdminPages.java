package dev.sallyport.core.boot.edge;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.feed.FeedStatus;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.core.boot.admin.AdminAnswer;
import dev.sallyport.core.boot.admin.AdminHandler;
import dev.sallyport.core.boot.admin.AdminRequest;
import dev.sallyport.core.boot.certificates.CertificatePages;
import dev.sallyport.core.boot.screen.Failure;
import dev.sallyport.core.boot.screen.LogLines;
import dev.sallyport.core.observe.metrics.Exposition;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the admin interface answers. */
final class AdminPages implements AdminHandler {
    private static final Logger log = LoggerFactory.getLogger(AdminPages.class);

    private final Edge edge;

    AdminPages(Edge edge) {
        this.edge = edge;
    }

    @Override
    public AdminAnswer answer(AdminRequest request) {
        if (!edge.isStarted() && !request.path().equals("/live")) {
            return AdminAnswer.text(503, "starting");
        }
        boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (request.path()) {
            case "/" -> isRead ? page() : notAllowed("GET");
            case "/status" -> isRead ? status() : notAllowed("GET");
            case "/metrics" -> isRead ? metrics(request) : notAllowed("GET");
            case "/ready" -> isRead ? ready() : notAllowed("GET");
            case "/live" -> isRead ? AdminAnswer.text(200, "live") : notAllowed("GET");
            case "/certs", "/certs/show", "/certs/plan", "/certs/doctor", "/certs/history" ->
                    isRead ? new CertificatePages(edge.desk()).read(request) : notAllowed("GET");
            case "/certs/renew", "/certs/revoke" ->
                    request.method().equals("POST")
                            ? new CertificatePages(edge.desk()).write(request)
                            : notAllowed("POST");
            case "/explain" -> isRead ? explain(request) : notAllowed("GET");
            case "/reload" -> request.method().equals("POST") ? reload() : notAllowed("POST");
            case "/log-level" ->
                    request.method().equals("POST") ? logLevel(request) : notAllowed("POST");
            default ->
                    AdminAnswer.text(
                            404,
                            "unknown (expected: GET / /status /metrics /ready /live /explain /certs,"
                                    + " POST /reload /log-level)");
        };
    }

    private static AdminAnswer notAllowed(String expected) {
        return AdminAnswer.text(405, "method not allowed (expected: " + expected + ")");
    }

    private AdminAnswer status() {
        Map<String, Object> tree = edge.status();
        return AdminAnswer.json(200, out -> Json.write(tree, out));
    }

    private AdminAnswer page() {
        String page = StatusHtml.of(edge.status());
        return AdminAnswer.html(200, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
    }

    private AdminAnswer metrics(AdminRequest request) {
        Exposition exposition = new Exposition(edge.gateway().metrics());
        @Nullable String accept = request.field("accept");
        return new AdminAnswer(
                200, exposition.contentType(accept), out -> exposition.write(accept, out));
    }

    private AdminAnswer ready() {
        return edge.isReady()
                ? AdminAnswer.text(200, "ready")
                : AdminAnswer.text(503, "not ready: starting or draining");
    }

    private AdminAnswer explain(AdminRequest request) {
        try {
            Map<String, Object> tree =
                    Explainer.of(edge.gateway().snapshot()).explain(Question.of(request.query()));
            return AdminAnswer.json(200, out -> Json.write(tree, out));
        } catch (Failure e) {
            return AdminAnswer.text(400, String.valueOf(e.getMessage()));
        }
    }

    private AdminAnswer reload() {
        edge.reopenLogs();
        FeedStatus status = edge.reload();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("result", status.outcome().name().toLowerCase(java.util.Locale.ROOT));
        tree.put("generation", status.generation());
        List<String> problems = status.problems().stream().map(Problem::toString).toList();
        tree.put("problems", problems);
        return AdminAnswer.json(status.isRefused() ? 409 : 200, out -> Json.write(tree, out));
    }

    private static AdminAnswer logLevel(AdminRequest request) {
        String word = request.query().getOrDefault("level", "");
        @Nullable Level level = LogLines.find(word);
        if (level == null) {
            return AdminAnswer.text(
                    400, "level: \"" + word + "\" (expected: one of " + LogLines.WORDS + ")");
        }
        LogLines.level(level);
        log.info("log level set level={}", word);
        return AdminAnswer.text(200, "log level " + word);
    }
}
