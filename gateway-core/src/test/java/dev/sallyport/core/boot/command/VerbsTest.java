package dev.sallyport.core.boot.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command says of itself, and of a command line that is wrong. */
final class VerbsTest {
    private static final int WIDTH = 80;

    @Test
    void helpFitsTheScreenAndBreaksNoWord() {
        List<CommandLine> screen = all(Verbs.commandLine(null));
        List<CommandLine> paper = all(unbroken());
        for (int i = 0; i < screen.size(); i++) {
            String help = screen.get(i).getUsageMessage(CommandLine.Help.Ansi.OFF);
            String whole = paper.get(i).getUsageMessage(CommandLine.Help.Ansi.OFF);
            String name = screen.get(i).getCommandSpec().qualifiedName();

            assertThat(help.lines())
                    .as(name)
                    .allMatch(line -> line.length() <= WIDTH, "at most %d wide".formatted(WIDTH))
                    .noneMatch(line -> line.endsWith(" "));
            assertThat(words(help)).as(name).containsExactlyElementsOf(words(whole));
        }
    }

    @Test
    void helpKeepsWhatGoesOnUnderItsBeginning() {
        String help = help("guard");

        assertThat(help)
                .contains(
                        """
                          --engine ADDRESS      unix:///path or tcp://host:2376 (default: $DOCKER_HOST,
                                                or the socket of Docker, rootless Docker or Podman)
                        """);
    }

    @Test
    void tellsTheFaultAndWhereToReadOn() {
        assertThat(fault("run", "--confg", "edge.yaml"))
                .isEqualTo(
                        "sallyport: --confg: unknown option; did you mean \"--config\"?\n"
                                + "(sallyport run --help shows what it takes)\n");
        assertThat(fault("run", "extra"))
                .startsWith("sallyport: \"extra\" (expected: nothing here)\n");
        assertThat(fault("log-level"))
                .isEqualTo(
                        "sallyport: LEVEL is missing\n"
                                + "(sallyport log-level --help shows what it takes)\n");
        assertThat(fault("proxy")).startsWith("sallyport: --from, --to are missing\n");
        assertThat(fault("pki", "issue", "--days"))
                .endsWith("(sallyport pki issue --help shows what it takes)\n");
        assertThat(fault("check", "--json=maybe", "x"))
                .startsWith("sallyport: invalid value for option '--json'");
        assertThat(fault("audit", "--json", "--sarif"))
                .startsWith("sallyport: --json, --sarif are mutually exclusive");
        assertThat(fault("firewall"))
                .startsWith("sallyport: one of --nft, --ufw, --docker-user is missing\n");
    }

    @Test
    void guessesAVerbOnlyWhereOneIsNear() {
        assertThat(fault("stauts"))
                .isEqualTo(
                        "sallyport: stauts: unknown verb; did you mean \"status\"?\n"
                                + "(sallyport --help shows what it takes)\n");
        assertThat(fault("certs", "lst"))
                .startsWith("sallyport: lst: unknown verb; did you mean \"list\"?\n");
        assertThat(fault("nonsense")).startsWith("sallyport: nonsense: unknown verb\n");
    }

    @Test
    void showsAllVerbsWhereNoneIsAskedFor() {
        assertThat(fault()).startsWith("Usage: sallyport").contains("  pki ", "  guard ");
    }

    private static String fault(String... words) {
        CommandLine line = Verbs.commandLine(null);
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));

        assertThat(line.execute(words)).isEqualTo(2);

        return err.toString();
    }

    private static String help(String verb) {
        return Objects.requireNonNull(Verbs.commandLine(null).getSubcommands().get(verb))
                .getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /** The same text as the parser makes it where there is room for all. */
    private static CommandLine unbroken() {
        CommandLine line = Verbs.commandLine(null);
        line.setHelpSectionMap(new CommandLine(new Sallyport()).getHelpSectionMap());
        return line.setUsageHelpWidth(4000);
    }

    private static List<CommandLine> all(CommandLine line) {
        List<CommandLine> all = new ArrayList<>(List.of(line));
        line.getSubcommands().values().forEach(each -> all.addAll(all(each)));
        return all;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("\\s+")).toList();
    }
}
