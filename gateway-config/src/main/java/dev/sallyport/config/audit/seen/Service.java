package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One service of a compose file, or one container of an engine.
 *
 * @param project whose it is; empty without
 * @param place where it begins
 * @param words of its entrypoint and command
 * @param names it has on each of its networks, beside aliases
 * @param ports those published
 * @param exposed TCP ports that it is known to have
 * @param settings such as {@code privileged}, each item of a list for itself
 */
public record Service(
        String project,
        String name,
        Place place,
        String image,
        List<String> words,
        List<Setting> names,
        List<PublishedPort> ports,
        List<String> exposed,
        List<Mount> mounts,
        List<Membership> networks,
        List<Variable> environment,
        List<Setting> labels,
        List<Setting> settings) {
    public Service {
        words = List.copyOf(words);
        names = List.copyOf(names);
        ports = List.copyOf(ports);
        exposed = List.copyOf(exposed);
        mounts = List.copyOf(mounts);
        networks = List.copyOf(networks);
        environment = List.copyOf(environment);
        labels = List.copyOf(labels);
        settings = List.copyOf(settings);
    }

    /** What reports call it: {@code shop/web}. */
    public String title() {
        return project.isEmpty() ? name : project + "/" + name;
    }

    public boolean is(Service other) {
        return project.equals(other.project) && name.equals(other.name);
    }

    public @Nullable Setting find(String key) {
        for (var each : settings) {
            if (each.key().equals(key)) {
                return each;
            }
        }
        return null;
    }

    public List<Setting> all(String key) {
        return settings.stream().filter(each -> each.key().equals(key)).toList();
    }

    /** Whether a setting has this value. */
    public boolean has(String key, String value) {
        return all(key).stream().anyMatch(each -> each.value().equalsIgnoreCase(value));
    }

    /** How it is on the network, in one word; empty when on networks of its own choice. */
    public String networkMode() {
        var mode = find("network_mode");
        return mode == null ? "" : mode.value();
    }

    public boolean isOn(String network) {
        return networks.stream().anyMatch(each -> each.network().equals(network));
    }

    public @Nullable Variable variable(String name) {
        for (var each : environment) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    /** The last part of its image's name, without registry, tag and digest. */
    public String imageName() {
        var path = imagePath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Its image without tag and digest. */
    public String imagePath() {
        var plain = image.split("@", 2)[0];
        int colon = plain.lastIndexOf(':');
        var path = colon > plain.lastIndexOf('/') ? plain.substring(0, colon) : plain;
        return path.toLowerCase(Locale.ROOT);
    }

    /** Whether it asks to be routed to by labels. */
    public boolean isRouted() {
        return labels.stream()
                .anyMatch(each ->
                        each.key().startsWith("sallyport.")
                                && !(each.key().equals("sallyport.enable")
                                        && each.value().equals("false")));
    }

    /** Whether it is the process beside the engine's socket. */
    public boolean isGuard() {
        return imageName().equals("sallyport")
                && words.stream()
                        .anyMatch(word -> word.equals("guard") || word.contains("guard.options"));
    }

    /** The ports that are known of it, published ones too. */
    public List<String> knownPorts() {
        var known = new ArrayList<String>();
        ports.forEach(each -> known.add(each.target()));
        exposed.forEach(each -> known.add(each + "/tcp"));
        for (var label : labels) {
            if (label.key().startsWith("sallyport.") && label.key().endsWith(".port")) {
                known.add(label.value() + "/tcp");
            }
        }
        return known.stream().distinct().toList();
    }
}
