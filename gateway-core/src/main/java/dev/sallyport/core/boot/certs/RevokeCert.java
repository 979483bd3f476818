package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.ask.RunningEdge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code certs revoke}. */
@Command(
        name = "revoke",
        description = {"Revoke a certificate and have a new one ordered, by a new key."})
final class RevokeCert implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    private static final Map<String, Integer> REASONS =
            Map.of(
                    "unspecified", 0,
                    "key-compromise", 1,
                    "superseded", 4,
                    "cessation-of-operation", 5);
    private static final String WORDS =
            "unspecified, key-compromise, superseded, cessation-of-operation";

    @Option(names = "--reason", paramLabel = "WORD", description = WORDS + ".")
    private String reason = "unspecified";

    @Option(names = "--yes", description = "Do it; without it nothing is done.")
    private boolean isSure;

    @Override
    public Integer call() throws Failure {
        Integer code = REASONS.get(reason);
        if (code == null) {
            throw new Failure(
                    Exit.USAGE, "--reason: \"" + reason + "\" (expected: one of " + WORDS + ")");
        }
        if (!isSure) {
            throw new Failure(
                    Exit.USAGE,
                    name
                            + ": clients that look at revocation refuse it from then on, until the new"
                            + " one is there (expected: --yes)");
        }
        String query =
                "name=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&reason=" + code;
        answer.print(
                edge.require("POST", "/certs/revoke?" + query),
                (tree, out) -> out.printf("%s: serial %s is revoked%n", name, tree.text("serial")));
        return Exit.OK;
    }
}
