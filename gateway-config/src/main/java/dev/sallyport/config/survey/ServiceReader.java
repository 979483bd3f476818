package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.read.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One service of a compose file. */
final class ServiceReader {
    private static final List<String> SETTINGS =
            List.of(
                    "network_mode",
                    "privileged",
                    "pid",
                    "ipc",
                    "uts",
                    "cgroup",
                    "userns_mode",
                    "read_only",
                    "user",
                    "cap_add",
                    "cap_drop",
                    "security_opt",
                    "devices");

    private final Reader reader;
    private final MountReader mounts;
    private final String project;
    private final Map<String, String> networkNames;

    /** {@code networkNames}: real names by the keys of the file. */
    ServiceReader(
            Reader reader, MountReader mounts, String project, Map<String, String> networkNames) {
        this.reader = reader;
        this.mounts = mounts;
        this.project = project;
        this.networkNames = Map.copyOf(networkNames);
    }

    Service read(String name, Place place, Node.Section service) {
        var ports = new PortReader(reader);
        var settings = new ArrayList<Setting>();
        SETTINGS.forEach(key -> settings.addAll(reader.settings(service, key)));
        addBuildArguments(service, settings);
        for (var key : List.of("command", "entrypoint")) {
            if (service.entries().containsKey(key)) {
                settings.add(new Setting("command", key, reader.keyPlace(service, key)));
            }
        }
        var words = new ArrayList<>(reader.words(reader.find(service, "entrypoint")));
        words.addAll(reader.words(reader.find(service, "command")));
        return new Service(
                project,
                name,
                place,
                reader.text(service, "image"),
                words,
                names(name, place, service),
                reader.items(reader.find(service, "ports")).stream().map(ports::read).toList(),
                reader.items(reader.find(service, "expose")).stream()
                        .map(reader::text)
                        .map(text -> text.replaceFirst("/tcp$", ""))
                        .filter(text -> text.matches("[0-9]+(-[0-9]+)?"))
                        .toList(),
                mounts.read(service),
                networks(service, place),
                EnvironmentReader.read(reader, service),
                labels(service),
                settings);
    }

    /** Those with a value of their own; they stay in the history of the image. */
    private void addBuildArguments(Node.Section service, List<Setting> settings) {
        var arguments =
                reader.find(service, "build") instanceof Node.Section build
                        ? reader.find(build, "args")
                        : null;
        if (arguments == null) {
            return;
        }
        reader.entries(ComposeMerge.pairs(arguments))
                .forEach((name, entry) -> {
                    if (!reader.text(entry.value()).isEmpty()) {
                        settings.add(new Setting("build.args", name, entry.keyPlace()));
                    }
                });
    }

    private List<Setting> names(String name, Place place, Node.Section service) {
        var names = new ArrayList<>(List.of(new Setting("service", name, place)));
        names.addAll(reader.settings(service, "container_name"));
        return names;
    }

    private List<Membership> networks(Node.Section service, Place place) {
        var mode = reader.text(service, "network_mode");
        var written = reader.find(service, "networks");
        if (!mode.isEmpty() && !mode.equals("bridge")) {
            return List.of();
        }
        if (mode.equals("bridge")) {
            return List.of(
                    new Membership(reader.keyPlace(service, "network_mode"), "bridge", List.of()));
        }
        if (written == null) {
            return List.of(new Membership(place, realName("default"), List.of()));
        }
        var all = new ArrayList<Membership>();
        reader.entries(ComposeMerge.pairs(written))
                .forEach((key, entry) -> {
                    var aliases =
                            entry.value() instanceof Node.Section settings
                                    ? reader.settings(settings, "aliases")
                                    : List.<Setting>of();
                    all.add(new Membership(entry.keyPlace(), realName(key), aliases));
                });
        return all;
    }

    private String realName(String key) {
        return networkNames.getOrDefault(key, project + "_" + key);
    }

    /** Those of the container; a swarm's are of the service, under {@code deploy}. */
    private List<Setting> labels(Node.Section service) {
        var all = new ArrayList<Setting>(labelsOf(service));
        if (reader.find(service, "deploy") instanceof Node.Section deploy) {
            all.addAll(labelsOf(deploy));
        }
        return all;
    }

    private List<Setting> labelsOf(Node.Section section) {
        var all = new ArrayList<Setting>();
        var labels = reader.find(section, "labels");
        if (labels != null) {
            reader.entries(ComposeMerge.pairs(labels))
                    .forEach((name, entry) ->
                            all.add(
                                    new Setting(
                                            name, reader.text(entry.value()), entry.keyPlace())));
        }
        return all;
    }
}
