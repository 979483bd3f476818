package dev.sallyport.config.model.observe;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Secret;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Spans sent to an OpenTelemetry collector. */
public record Tracing(
        @Doc("Address of the collector for OTLP over HTTP.")
                @Example("\"http://127.0.0.1:4318/v1/traces\"")
                @Shorthand
                URI otlp,
        @Doc("Share of the traces begun here that are sent: 0 none, 1 all.")
                @Default("0.1")
                @Range(min = "0", max = "1")
                double sample,
        @Doc("What this edge is called in traces.") @Default("sallyport") String serviceName,
        @Doc("Header fields sent to the collector, such as a token.")
                @Example("{authorization: {env: OTLP_TOKEN}}")
                Map<String, Secret> headers) {
    public Tracing {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        var scheme = otlp.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || otlp.getHost() == null) {
            throw new InvalidValue(otlp.toString(), "an http or https address");
        }
    }
}
