package dev.sallyport.core.boot.ask;

import dev.sallyport.core.boot.admin.AdminCall;
import dev.sallyport.core.boot.admin.AdminClient;
import dev.sallyport.core.boot.admin.AdminSocket;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running edge is asked: options that these verbs share. */
public final class RunningEdge {
    @Option(
            names = {"-s", "--socket"},
            paramLabel = "PATH",
            description =
                    "Admin socket of the edge (default: sallyport/admin.sock under"
                            + " $XDG_RUNTIME_DIR or /run, as for the edge itself).")
    private @Nullable Path socket;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "Ask at this admin address in place of the socket.")
    private @Nullable String address;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "With --address: ask by TLS, and believe an edge of this authority.")
    private @Nullable Path caFile;

    @Option(
            names = "--certificate-file",
            paramLabel = "FILE",
            description = "With --ca-file: the certificate to show, in PEM.")
    private @Nullable Path certificateFile;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "With --certificate-file: its key, in PEM.")
    private @Nullable Path keyFile;

    /** Asks, and fails in words a person understands when nobody answers. */
    public AdminClient.Reply ask(String method, String target) throws Failure {
        String at = address;
        if (at != null) {
            return ask(call(at), method, target);
        }
        if (caFile != null || certificateFile != null || keyFile != null) {
            throw new Failure(
                    Exit.USAGE, "--ca-file and --certificate-file are for --address HOST:PORT");
        }
        Path given = socket;
        Path path = given == null ? AdminSocket.find(System::getenv) : given;
        try {
            return new AdminClient(path).ask(method, target);
        } catch (IOException e) {
            throw new Failure(
                    Exit.UNAVAILABLE,
                    "no edge answers at "
                            + path
                            + ": "
                            + e.getMessage()
                            + "\n(is it running, as this user? its admin.socket may be another:"
                            + " --socket PATH)");
        }
    }

    private AdminCall call(String at) throws Failure {
        int colon = at.lastIndexOf(':');
        if (socket != null
                || (certificateFile == null) != (keyFile == null)
                || (caFile == null && keyFile != null)) {
            throw new Failure(
                    Exit.USAGE,
                    "--address goes without --socket, --certificate-file with --key-file and"
                            + " --ca-file");
        }
        try {
            String host = at.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
            int port = Integer.parseInt(at.substring(colon + 1));
            if (host.isEmpty() || port < 1 || port > 65535) {
                throw new NumberFormatException();
            }
            return new AdminCall(host, port, caFile, certificateFile, keyFile);
        } catch (NumberFormatException _) {
            throw new Failure(
                    Exit.USAGE,
                    "--address: " + at + " (expected: HOST:PORT, as edge.internal:9901)");
        }
    }

    private AdminClient.Reply ask(AdminCall call, String method, String target) throws Failure {
        try {
            return new AdminClient(call).ask(method, target);
        } catch (IOException e) {
            throw new Failure(
                    Exit.UNAVAILABLE,
                    "no edge answers at "
                            + address
                            + (caFile == null ? ": " : " by TLS: ")
                            + e.getMessage());
        }
    }

    /** The same for what must be answered with 200. */
    public String require(String method, String target) throws Failure {
        AdminClient.Reply reply = ask(method, target);
        if (reply.status() != 200) {
            throw new Failure(
                    reply.status() == 400 ? Exit.USAGE : Exit.UNAVAILABLE, reply.body().strip());
        }
        return reply.body();
    }
}
