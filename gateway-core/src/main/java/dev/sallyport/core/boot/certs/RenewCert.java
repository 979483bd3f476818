package dev.sallyport.core.boot.certs;

import dev.sallyport.core.boot.ask.RunningEdge;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code certs renew}. */
@Command(
        name = "renew",
        description = {"Have a certificate renewed now."})
final class RenewCert implements Callable<Integer> {
    @Mixin private RunningEdge edge = new RunningEdge();
    @Mixin private Answer answer = new Answer();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    @Option(
            names = "--i-know",
            description = "Even past our own limit of certificates a week for the same names.")
    private boolean isPastFuse;

    @Override
    public Integer call() throws Failure {
        String query =
                "name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        + "&past-fuse="
                        + isPastFuse;
        answer.print(
                edge.require("POST", "/certs/renew?" + query),
                (tree, out) -> out.printf("%s: a renewal begins, certs show %s%n", name, name));
        return Exit.OK;
    }
}
