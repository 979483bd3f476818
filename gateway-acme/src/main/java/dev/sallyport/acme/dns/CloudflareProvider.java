package dev.sallyport.acme.dns;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Cloudflare's API (v4), with a token for the one zone. */
final class CloudflareProvider implements DnsProvider {
    private static final int SHORTEST_TTL = 60; // theirs

    private final String endpoint;
    private final int ttl;
    private final WebCalls calls;

    CloudflareProvider(Acme.DnsProof.Cloudflare settings, Duration ttl) {
        this.endpoint = settings.endpoint().toString();
        this.ttl = (int) Math.max(SHORTEST_TTL, ttl.toSeconds());
        this.calls =
                new WebCalls(
                        "cloudflare",
                        Map.of("authorization", "Bearer " + settings.apiToken().value()));
    }

    @Override
    public void present(TxtRecord record) throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "TXT");
        body.put("name", plain(record));
        body.put("content", "\"" + record.value() + "\"");
        body.put("ttl", ttl);
        calls.call("POST", URI.create(records(zone(record))), body);
    }

    @Override
    public void remove(TxtRecord record) throws IOException, InterruptedException {
        var records = records(zone(record));
        var found =
                calls.call("GET", URI.create(records + "?type=TXT&name=" + plain(record)), null);
        for (var each : Json.objects(found, "result")) {
            var content = Json.text(each, "content");
            var id = Json.text(each, "id");
            if (content != null && id != null && content.replace("\"", "").equals(record.value())) {
                calls.call("DELETE", URI.create(records + "/" + id), null);
            }
        }
    }

    /** The id of the innermost zone the token knows. */
    private String zone(TxtRecord record) throws IOException, InterruptedException {
        var name = plain(record);
        for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
            var candidate = name.substring(dot + 1);
            if (candidate.indexOf('.') < 0) {
                break;
            }
            var found = calls.call("GET", URI.create(endpoint + "/zones?name=" + candidate), null);
            for (var zone : Json.objects(found, "result")) {
                var id = Json.text(zone, "id");
                if (id != null) {
                    return id;
                }
            }
        }
        throw new IOException(
                "cloudflare: no zone of " + name + " (expected: one that the token may edit)");
    }

    private String records(String zone) {
        return endpoint + "/zones/" + zone + "/dns_records";
    }

    private static String plain(TxtRecord record) {
        return record.target().substring(0, record.target().length() - 1);
    }
}
