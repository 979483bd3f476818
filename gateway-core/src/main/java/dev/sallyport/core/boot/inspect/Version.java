package dev.sallyport.core.boot.inspect;

import dev.sallyport.acme.json.Json;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Product;
import dev.sallyport.core.loop.TransportChoice;
import dev.sallyport.core.tls.TlsEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code version}: what this is, what it is made of, and what of that works on this machine. */
@Command(
        name = "version",
        description = "Show the version, and those of what it is made of, as on this machine.")
public final class Version implements Callable<Integer> {
    @Option(names = "--json", description = "Print it as JSON, for programs.")
    private boolean isJson;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            ByteArrayOutputStream json = new ByteArrayOutputStream();
            Json.write(tree(), json);
            out.print(json.toString(StandardCharsets.UTF_8));
        } else {
            out.println(Product.line());
            Map<String, Object> parts = parts();
            parts.forEach((part, version) -> out.printf("%-10s %s%n", part, version));
        }
        out.flush();
        return Exit.OK;
    }

    private static Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", Product.version());
        @Nullable String commit = Product.commit();
        if (commit != null) {
            tree.put("commit", commit);
        }
        tree.putAll(parts());
        return tree;
    }

    private static Map<String, Object> parts() {
        TlsEngine engine = TlsEngine.detect();
        TransportChoice transport = TransportChoice.auto();
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("java", Runtime.version() + ", " + System.getProperty("java.vendor"));
        parts.put("netty", netty());
        parts.put("tls", engine.tlsEngine());
        @Nullable String library = engine.libraryVersion();
        if (library != null) {
            parts.put("tcnative", library);
        }
        parts.put("transport", transport.transport().word() + " (" + transport.reason() + ")");
        return parts;
    }

    private static String netty() {
        io.netty.util.Version version = io.netty.util.Version.identify().get("netty-common");
        return version == null ? "unknown" : version.artifactVersion();
    }
}
