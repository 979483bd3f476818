package dev.sallyport.core.boot.command;

import dev.sallyport.config.model.value.Suggestion;
import dev.sallyport.core.boot.screen.Exit;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command line that is wrong: the fault, and where to read on. */
final class Complaint {
    private Complaint() {}

    /** Says what is wrong and returns the exit code. */
    static int by(ParameterException wrong, String... ignored) {
        CommandLine line = wrong.getCommandLine();
        PrintWriter err = line.getErr();
        boolean isWithoutVerb =
                !line.getSubcommands().isEmpty() && !(wrong instanceof UnmatchedArgumentException);
        if (isWithoutVerb) {
            line.usage(err);
        } else {
            String command = line.getCommandSpec().qualifiedName();
            err.printf("sallyport: %s%n(%s --help shows what it takes)%n", fault(wrong), command);
        }
        err.flush();
        return Exit.USAGE;
    }

    private static String fault(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, wrong.getCommandLine());
        }
        if (wrong instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
            List<ArgSpec> all = missing.getMissing();
            String names = all.stream().map(Complaint::name).collect(Collectors.joining(", "));
            boolean isChoice = all.size() > 1 && all.getFirst().group() != null;
            return isChoice
                    ? "one of " + names + " is missing"
                    : names + (all.size() == 1 ? " is missing" : " are missing");
        }
        String text = String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static String unmatched(UnmatchedArgumentException wrong, CommandLine line) {
        String word = wrong.getUnmatched().getFirst();
        if (wrong.isUnknownOption()) {
            return word
                    + ": unknown option"
                    + hint(word, line.getCommandSpec().optionsMap().keySet());
        }
        Set<String> verbs = line.getSubcommands().keySet();
        return verbs.isEmpty()
                ? "\"" + word + "\" (expected: nothing here)"
                : word + ": unknown verb" + hint(word, verbs);
    }

    private static String name(ArgSpec wanted) {
        return wanted instanceof OptionSpec option ? option.longestName() : wanted.paramLabel();
    }

    private static String hint(String word, Collection<String> known) {
        @Nullable String near = Suggestion.nearest(word, known);
        return near == null ? "" : "; did you mean \"" + near + "\"?";
    }
}
