package dev.sallyport.core.boot.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StatusHtmlTest {
    private static final String SCRIPT = "<script>alert('x')</script>\"&";
    private static final String SAFE = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;";

    /** Labels, addresses and messages of strangers stand in these. */
    @Test
    void takesNothingForMarkup() {
        var named = Map.of("name", SCRIPT, "address", SCRIPT, "action", SCRIPT, "closed", SCRIPT);
        var endpoint = Map.of("endpoint", SCRIPT, "state", SCRIPT, "reason", SCRIPT);
        var certificate = Map.of("names", List.of(SCRIPT), "until", SCRIPT, "state", SCRIPT);
        String page =
                StatusHtml.of(
                        Map.of(
                                "version", SCRIPT,
                                "config", Map.of("problems", List.of(SCRIPT)),
                                "listeners", List.of(named),
                                "routes", List.of(named),
                                "upstreams",
                                        List.of(
                                                Map.of(
                                                        "name",
                                                        SCRIPT,
                                                        "endpoints",
                                                        List.of(endpoint))),
                                "certificates", List.of(certificate),
                                "obtained-certificates", List.of(certificate),
                                "certificate-problems", List.of(SCRIPT),
                                "discovery", List.of(Map.of("name", SCRIPT, "source", SCRIPT)),
                                "needs-restart", List.of(SCRIPT)));

        assertThat(page).doesNotContain("<script").doesNotContain("alert('").contains(SAFE);
    }

    @Test
    void saysWhatIsWrongFirst() {
        String page =
                StatusHtml.of(
                        Map.of(
                                "config", Map.of("last-result", "refused"),
                                "routes",
                                        List.of(
                                                Map.of(
                                                        "name", "shop",
                                                        "action", "forward shop",
                                                        "closed", "ca.pem: absent")),
                                "upstreams",
                                        List.of(
                                                Map.of(
                                                        "name",
                                                        "shop",
                                                        "endpoints",
                                                        List.of(
                                                                Map.of(
                                                                        "endpoint",
                                                                        "10.0.0.1:80",
                                                                        "state",
                                                                        "unhealthy"))))));

        assertThat(page)
                .contains("<title>(3) Sallyport</title>", "<span class=\"bad\">look</span>")
                .containsSubsequence(
                        "What is wrong",
                        "was refused",
                        "Route shop is closed: ca.pem: absent",
                        "Upstream shop has no healthy endpoint.",
                        "Routes",
                        "<span class=\"bad\">closed</span>");
    }

    @Test
    void isShortWhenAllIsWell() {
        assertThat(StatusHtml.of(Map.of("config", Map.of("last-result", "applied"))))
                .contains("<title>Sallyport</title>", "<span class=\"good\">well</span>")
                .doesNotContain("What is wrong", "<table>");
    }
}
