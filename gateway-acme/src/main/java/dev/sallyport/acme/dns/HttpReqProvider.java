package dev.sallyport.acme.dns;

import dev.sallyport.config.model.Acme;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A service of one's own, by the contract that lego calls {@code httpreq}. */
final class HttpReqProvider implements DnsProvider {
    private final String endpoint;
    private final WebCalls calls;

    HttpReqProvider(Acme.DnsProof.HttpReq settings) {
        var address = settings.endpoint().toString();
        endpoint = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        var user = settings.username();
        var password = settings.password();
        calls =
                new WebCalls(
                        "httpreq",
                        user == null || password == null
                                ? Map.of()
                                : Map.of(
                                        "authorization",
                                        "Basic "
                                                + Base64.getEncoder()
                                                        .encodeToString(
                                                                (user + ":" + password.value())
                                                                        .getBytes(
                                                                                StandardCharsets
                                                                                        .UTF_8))));
    }

    @Override
    public void present(TxtRecord record) throws IOException, InterruptedException {
        post("/present", record);
    }

    @Override
    public void remove(TxtRecord record) throws IOException, InterruptedException {
        post("/cleanup", record);
    }

    private void post(String path, TxtRecord record) throws IOException, InterruptedException {
        calls.call(
                "POST",
                URI.create(endpoint + path),
                Map.of("fqdn", record.target(), "value", record.value()));
    }
}
