package dev.sallyport.acme.dns;

import dev.sallyport.acme.json.Json;
import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server of acme-dns. It keeps the two newest values of a name, so nothing is taken away. */
final class AcmeDnsProvider implements DnsProvider {
    private static final Logger log = LoggerFactory.getLogger(AcmeDnsProvider.class);
    private static final long LARGEST_FILE = 1 << 20;

    private final Acme.DnsProof.AcmeDnsServer settings;

    AcmeDnsProvider(Acme.DnsProof.AcmeDnsServer settings) {
        this.settings = settings;
    }

    @Override
    public void present(TxtRecord record) throws IOException, InterruptedException {
        var file = settings.accounts();
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException(file + ": too large (expected: at most 1 MiB)");
        }
        var account = Json.object(Json.read(Files.readString(file)), record.identifier());
        var user = Json.text(account, "username");
        var password = Json.text(account, "password");
        var subdomain = Json.text(account, "subdomain");
        if (user == null || password == null || subdomain == null) {
            throw new IOException(
                    "acme-dns: "
                            + file
                            + ": no account for "
                            + record.identifier()
                            + " (expected: username, password, subdomain, fulldomain)");
        }
        var full = Json.text(account, "fulldomain");
        if (full != null && !record.target().equals(full.endsWith(".") ? full : full + ".")) {
            log.warn(
                    "challenge record may not be found name={} expected=\"CNAME {}\"",
                    record.name(),
                    full);
        }
        var endpoint = settings.endpoint().toString();
        new WebCalls("acme-dns", Map.of("X-Api-User", user, "X-Api-Key", password))
                .call(
                        "POST",
                        URI.create(endpoint + (endpoint.endsWith("/") ? "" : "/") + "update"),
                        Map.of("subdomain", subdomain, "txt", record.value()));
    }

    @Override
    public void remove(TxtRecord record) {
        // the server forgets by itself
    }
}
