package dev.sallyport.config.audit.secrets;

import dev.sallyport.config.audit.finding.Findings;
import dev.sallyport.config.audit.finding.Rule;
import dev.sallyport.config.audit.finding.RuleInfo;
import dev.sallyport.config.audit.finding.Severity;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.model.problem.Place;
import java.util.ArrayList;
import java.util.List;

/** A secret among the words of a command. */
public final class SecretInCommand implements Rule {
    @Override
    public RuleInfo info() {
        return new RuleInfo(
                "SP-D505",
                Severity.HIGH,
                "a secret is a word of a command",
                "Every process and every user of the host reads it in the list of processes, and"
                        + " whoever may list containers reads it there.");
    }

    @Override
    public void look(Estate estate, Findings findings) {
        for (var service : estate.services()) {
            for (var option : options(service.words())) {
                findings.add(
                        place(service),
                        service.title(),
                        option,
                        "the value of " + option + " is there to read",
                        "let " + service.name() + " read it from a file under secrets:");
            }
        }
    }

    private static Place place(Service service) {
        var command = service.find("command");
        return command == null ? service.place() : command.place();
    }

    /** Options that are called like a secret and have a value right there. */
    private static List<String> options(List<String> words) {
        var found = new ArrayList<String>();
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            int equals = word.indexOf('=');
            var option = equals < 0 ? word : word.substring(0, equals);
            var name = option.replaceFirst("^-+", "");
            if (name.equals(option) || !isSecret(name)) {
                continue;
            }
            var next = i + 1 < words.size() ? words.get(i + 1) : "";
            var value = equals < 0 ? next : word.substring(equals + 1);
            if (!value.isEmpty()
                    && !value.startsWith("-")
                    && !value.startsWith("/")
                    && !value.startsWith("$")) {
                found.add(option);
            }
        }
        return found;
    }

    private static boolean isSecret(String name) {
        return name.equals("requirepass")
                || SecretNames.isSecret(name.replace('.', '-').replace('-', '_'));
    }
}
