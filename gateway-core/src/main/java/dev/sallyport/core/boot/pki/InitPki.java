package dev.sallyport.core.boot.pki;

import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pki init}. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Make the private authority, unless there is one, and tell how it stands.",
            "Its root signs intermediates alone; these may issue for local names, and for what",
            "--permit adds.",
        })
final class InitPki implements Callable<Integer> {
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    @Option(
            names = "--permit",
            paramLabel = "NAME",
            description =
                    "Also issue for this: a domain with all below it, a network (10.0.0.0/8), or a"
                            + " SPIFFE trust domain (spiffe://example.org). May be repeated.")
    private List<String> permits = new ArrayList<>();

    @Override
    public Integer call() throws Failure {
        authority.print(authority.run(each -> each.init(permits)));
        return Exit.OK;
    }
}
