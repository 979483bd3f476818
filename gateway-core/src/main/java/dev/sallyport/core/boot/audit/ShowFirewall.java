package dev.sallyport.core.boot.audit;

import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.wall.Chains;
import dev.sallyport.config.audit.wall.Openings;
import dev.sallyport.config.audit.wall.Ruleset;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code firewall}: rules for the host that leave the edge's ports open and no other. */
@Command(
        name = "firewall",
        description = {
            "Print rules for the host's firewall that leave the ports of the edge open to everybody"
                    + " and no other way to a container. Nothing is applied.",
            "Every interface \"br-*\", \"podman*\" or \"cni-podman*\" is taken for a bridge of"
                    + " containers; with --engine, those of other names are known as well.",
        })
public final class ShowFirewall implements Callable<Integer> {
    @Mixin private Subjects subjects = new Subjects();

    @ArgGroup(multiplicity = "1")
    private Form form = new Form();

    /** One form or another. */
    static final class Form {
        @Option(names = "--nft", description = "A table of nftables, for nft -f.")
        private boolean isNft;

        @Option(
                names = "--ufw",
                description = "Lines for /etc/ufw/after.rules; with --ipv6, for after6.rules.")
        private boolean isUfw;

        @Option(
                names = "--docker-user",
                description = "A shell script of iptables, by the chain DOCKER-USER.")
        private boolean isChain;
    }

    @Option(names = "--ipv6", description = "With --ufw, the lines for IPv6.")
    private boolean isIpv6;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        if (isIpv6 && !form.isUfw) {
            throw new Failure(
                    Exit.USAGE, "--ipv6 without --ufw (expected: the others are for both)");
        }
        Estate estate = subjects.look();
        refuseChains(estate.engine());
        Openings openings = Openings.of(estate);
        PrintWriter out = spec.commandLine().getOut();
        if (form.isNft) {
            out.print(Ruleset.nft(openings));
        }
        if (form.isUfw) {
            out.print(Chains.ufw(openings, isIpv6));
        }
        if (form.isChain) {
            out.print(Chains.script(openings));
        }
        out.flush();
        return Exit.OK;
    }

    private void refuseChains(@Nullable Engine engine) throws Failure {
        if (engine != null && engine.isPodman() && !form.isNft) {
            throw new Failure(
                    Exit.USAGE,
                    engine.title() + " asks no chain DOCKER-USER (expected: firewall --nft)");
        }
    }
}
