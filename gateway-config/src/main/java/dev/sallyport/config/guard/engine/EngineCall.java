package dev.sallyport.config.guard.engine;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What may be asked of an engine, all of it by GET; nothing else can be made. Not among them are
 * inspect, archive and export, which give away environments and files.
 */
final class EngineCall {
    /** Tells the version of the API, without one. */
    static final EngineCall PING = new EngineCall("/_ping");

    private static final String EVENTS =
            """
            {"type":["container","network","service","node"],"event":["create","start","kill",\
            "die","died","stop","destroy","remove","cleanup","health_status","pause","unpause",\
            "rename","update","connect","disconnect"]}\
            """;

    private static final String RUNNING = "{\"desired-state\":[\"running\"]}";

    private final String target;

    private EngineCall(String target) {
        this.target = target;
    }

    /** All containers, those that do not run too: their hosts are known, if only to answer 503. */
    static EngineCall containers(ApiVersion version) {
        return new EngineCall(version.prefix() + "/containers/json?all=1");
    }

    /** Those of them whose health checks say this word. */
    static EngineCall containers(ApiVersion version, String health) {
        var filter = "{\"health\":[\"" + health + "\"]}";
        return new EngineCall(containers(version).target + "&filters=" + encoded(filter));
    }

    /**
     * What happens, as a stream. Only what is asked for is sent: other events hold the command
     * lines of health checks.
     */
    static EngineCall events(ApiVersion version) {
        return new EngineCall(version.prefix() + "/events?filters=" + encoded(EVENTS));
    }

    /**
     * An image, for the ports it exposes: the list tells them only of containers on networks with a
     * way out. The id is one that the engine gave, and looks like one.
     */
    static EngineCall image(ApiVersion version, String id) {
        if (!isImageId(id)) {
            throw new IllegalArgumentException("image: " + id + " (expected: sha256:...)");
        }
        return new EngineCall(version.prefix() + "/images/" + id + "/json");
    }

    static boolean isImageId(String id) {
        return id.matches("(sha256:)?[0-9a-f]{64}");
    }

    static EngineCall services(ApiVersion version) {
        return new EngineCall(version.prefix() + "/services?status=true");
    }

    /** Tasks that are meant to run. */
    static EngineCall tasks(ApiVersion version) {
        return new EngineCall(version.prefix() + "/tasks?filters=" + encoded(RUNNING));
    }

    private static String encoded(String filters) {
        return URLEncoder.encode(filters, StandardCharsets.UTF_8);
    }

    String target() {
        return target;
    }
}
