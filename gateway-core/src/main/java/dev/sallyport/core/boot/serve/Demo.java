package dev.sallyport.core.boot.serve;

import dev.sallyport.core.boot.edge.Edge;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

    /** The password is "sesame", as the invitation says; hashed as htpasswd -B does. */
    private static final String USERS =
            "demo:$2b$10$abcdefghijklmnopqrstuuYoA/Ig5dOcHJ1Uzls.zCgSC7r9v4W76\n";

    private record Place(int https, int http, Path config, Path folder) {}

    @Override
    public Integer call() throws Failure, IOException, InterruptedException {
        try (Workplace workplace = Workplace.create();
                SampleServer one = SampleServer.start("one");
                SampleServer two = SampleServer.start("two")) {
            int https = FreePorts.from(HTTPS);
            int http = FreePorts.from(HTTP);
            workplace.write("users.htpasswd", USERS);
            Path config = workplace.write("demo.yaml", config(https, http, one.port(), two.port()));
            Edge edge = Run.start(config);
            invite(new Place(https, http, config, workplace.folder()));
            return Serving.untilEnded(edge);
        }
    }

    private static String config(int https, int http, int one, int two) {
        return """
        # The configuration of the demo. Change it while it runs: a save is enough.
        listeners:
          web: {address: "127.0.0.1:%d", redirect-to-https: true}
          secure: {address: "127.0.0.1:%d", tls: {}}
        certificates:
          local: {internal: [localhost, 127.0.0.1]}
        routes:
          hello:
            filters: [{security-headers: {}}]
            forward: samples
          limited:
            path-prefix: /limited
            filters: [{rate-limit: {rate: 1/s, burst: 3}}]
            forward: samples
          private:
            path-prefix: /private
            filters: [{rate-limit: 5/s}, {basic-auth: {users-file: users.htpasswd}}]
            forward: samples
          teapot:
            path: /teapot
            respond: {status: 418, body: "short and stout"}
          docs:
            path-prefix: /docs
            redirect: "https://localhost:%d/hello"
        upstreams:
          samples:
            endpoints: ["127.0.0.1:%d", "127.0.0.1:%d"]
        access-log: {to: stdout, format: common}
        admin: {socket: admin.sock}
        storage: {folder: state}
        """
                .formatted(http, https, https, one, two);
    }

    private void invite(Place place) {
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        if (place.https != HTTPS) {
            out.printf("Port %d is taken: HTTPS is on %d.%n", HTTPS, place.https);
        }
        if (place.http != HTTP) {
            out.printf("Port %d is taken: HTTP is on %d.%n", HTTP, place.http);
        }
        String curl = "curl --cacert " + place.folder.resolve("state/pki/ca.pem");
        String url = "https://localhost:" + place.https;
        out.printf("Sallyport runs on %s. Try, in another terminal:%n%n", url);
        show(out, "two endpoints take turns", curl + " " + url + "/ " + url + "/");
        show(
                out,
                "the fourth request in a second is refused",
                curl + " " + (url + "/limited ").repeat(4).strip());
        show(out, "a password is asked for", curl + " -u demo:sesame " + url + "/private");
        show(out, "the edge answers itself", curl + " " + url + "/teapot");
        show(
                out,
                "plain HTTP is sent on to HTTPS",
                curl + " -L http://localhost:" + place.http + "/");
        String command = System.getenv().getOrDefault("SALLYPORT_COMMAND", "sallyport");
        String socket = " --socket " + place.folder.resolve("admin.sock");
        show(
                out,
                "how it is, and why a request goes where it goes",
                command + " status" + socket,
                command + " explain" + socket + " " + url + "/limited/x");
        show(out, "change it while it runs, a save is enough", "$EDITOR " + place.config);
        out.printf("Below: the access log. Ctrl-C ends it and leaves nothing behind.%n%n");
        out.flush();
    }

    private static void show(PrintWriter out, String what, String... lines) {
        out.printf("  # %s%n", what);
        for (String line : lines) {
            out.printf("  %s%n", line);
        }
        out.println();
    }
}
