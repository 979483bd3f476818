package dev.sallyport.core.boot.edge;

import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.observe.Tracing;
import dev.sallyport.config.model.problem.Places;
import dev.sallyport.config.model.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings that are read at start only, as this process was started with them. */
record StartSettings(GatewayConfig started) {
    /** Those that another configuration has otherwise: it runs without them until a restart. */
    List<String> changedIn(GatewayConfig config) {
        List<String> changed = new ArrayList<>();
        note(changed, "access-log.queue", started.accessLog().queue(), config.accessLog().queue());
        Tracing before = started.tracing();
        Tracing now = config.tracing();
        if (before == null || now == null) {
            note(changed, "tracing", before, now);
        } else {
            note(changed, "tracing.otlp", before.otlp(), now.otlp());
            note(changed, "tracing.service-name", before.serviceName(), now.serviceName());
            note(changed, "tracing.headers", before.headers(), now.headers());
        }
        note(changed, "admin.socket", started.admin().socket(), config.admin().socket());
        note(changed, "admin.address", started.admin().address(), config.admin().address());
        note(changed, "admin.tls", started.admin().tls(), config.admin().tls());
        note(changed, "storage.folder", started.storage().folder(), config.storage().folder());
        note(changed, "runtime.loops", started.runtime().loops(), config.runtime().loops());
        note(
                changed,
                "runtime.transport",
                started.runtime().transport(),
                config.runtime().transport());
        return changed;
    }

    private static void note(
            List<String> changed, String path, @Nullable Object before, @Nullable Object now) {
        if (!Objects.equals(before, now)) {
            changed.add(path);
        }
    }

    /** The same as warnings, each at its place. */
    List<Problem> warnings(GatewayConfig config, Places places) {
        List<Problem> warnings = new ArrayList<>();
        for (String path : changedIn(config)) {
            warnings.add(
                    Problem.warning(
                            places.of(path),
                            path,
                            "changed, but read at start only: takes effect at the next start",
                            null));
        }
        return warnings;
    }
}
