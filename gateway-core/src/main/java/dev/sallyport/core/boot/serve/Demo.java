package dev.sallyport.core.boot.serve;

import dev.sallyport.config.provider.file.FileProvider;
import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demo}: a running edge with sample endpoints, on loopback, and what to try with it. */
@Command(
        name = "demo",
        description = {
            "Show a running edge: HTTPS on https://localhost:8443, with two sample endpoints.",
            "All of it on loopback; nothing is left behind when it ends.",
        })
public final class Demo implements Callable<Integer> {
    private static final int HTTPS = 8443;
    private static final int HTTP = 8080;

    @Spec private CommandSpec spec = CommandSpec.create();

    private record Place(int https, int http, Path config, Path root) {}

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        try (Workplace workplace = Workplace.create();
                SampleServer one = SampleServer.start("one");
                SampleServer two = SampleServer.start("two")) {
            int https = FreePorts.from(HTTPS);
            int http = FreePorts.from(HTTP);
            Path config =
                    workplace.write(
                            "demo.yaml", config(https, http, one.port(), two.port(), workplace));
            try (FileProvider files = FileProvider.create(config, InstantSource.system())) {
                Edge edge = Edge.start(List.of(files), System::getenv);
                Path root = workplace.folder().resolve("state/ca.pem");
                invite(new Place(https, http, config, root));
                return Serving.untilEnded(edge);
            }
        }
    }

    private static String config(int https, int http, int one, int two, Workplace workplace) {
        return """
        # The configuration of the demo. Change it while it runs: a save is enough.
        listeners:
          web: {address: "127.0.0.1:%d", redirect-to-https: true}
          secure: {address: "127.0.0.1:%d", tls: {}}
        certificates:
          local: {internal: [localhost, 127.0.0.1]}
        routes:
          hello:
            forward: samples
          teapot:
            path: /teapot
            respond: {status: 418, body: "short and stout\\n"}
          docs:
            path-prefix: /docs
            redirect: "https://localhost:%d/hello"
        upstreams:
          samples:
            endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"]
        access-log: {to: stdout, format: common}
        storage: {folder: "%s"}
        """
                .formatted(http, https, https, one, two, workplace.folder().resolve("state"));
    }

    private void invite(Place place) {
        PrintWriter out = spec.commandLine().getOut();
        if (place.https != HTTPS || place.http != HTTP) {
            out.printf(
                    "Port %d is taken, so this is another one.%n",
                    place.https == HTTPS ? HTTP : HTTPS);
        }
        String curl = "curl --cacert " + place.root;
        String url = " https://localhost:" + place.https;
        out.printf("%nSallyport runs on https://localhost:%d. Try:%n%n", place.https);
        out.printf("  # two endpoints take turns%n  %s%s/ %s/%n%n", curl, url, url.strip());
        out.printf("  # an answer by the edge itself%n  %s -i%s/teapot%n%n", curl, url);
        out.printf(
                "  # plain HTTP is sent on to HTTPS%n  %s -iL http://localhost:%d/%n%n",
                curl, place.http);
        out.printf("  # change it while it runs%n  $EDITOR %s%n%n", place.config);
        out.printf("Ctrl-C ends it and leaves nothing behind.%n%n");
        out.flush();
    }
}
