package dev.sallyport.core.boot.pki;

import dev.sallyport.acme.pki.PrivateAuthority.Step;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pki rotate}. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = {
            "Replace the root in three steps, so that nobody meets one it does not know.",
            "  pki rotate             makes the next root and tells it in the bundle",
            "  pki rotate --activate  issues by it, once everybody has that bundle",
            "  pki rotate --finish    takes the old root out, once all leaves are renewed",
            "Between the steps, take the bundle to all that trust it. A step is refused when it is"
                    + " not its turn, and the last one while leaves of the old root may be in use.",
        })
final class RotatePki implements Callable<Integer> {
    @Mixin private AuthorityOptions authority = new AuthorityOptions();

    @ArgGroup private Turn turn = new Turn();

    /** One step or the other. */
    static final class Turn {
        @Option(names = "--activate", description = "Issue by the next root.")
        private boolean isActivating;

        @Option(names = "--finish", description = "Trust old roots no longer.")
        private boolean isFinishing;

        @Option(
                names = "--finish-now",
                description = "The same although leaves of the old root may be in use.")
        private boolean isHasty;
    }

    @Override
    public Integer call() throws Failure {
        authority.print(authority.runPresent(each -> each.rotate(step())));
        return Exit.OK;
    }

    private Step step() {
        if (turn.isActivating) {
            return Step.ACTIVATE;
        }
        if (turn.isHasty) {
            return Step.FINISH_NOW;
        }
        return turn.isFinishing ? Step.FINISH : Step.BEGIN;
    }
}
