package dev.sallyport.config.survey;

import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.read.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A whole compose project out of its tree. */
final class ProjectReader {
    private final Reader reader;
    private final Variables variables;
    private final List<Problem> problems;

    ProjectReader(Variables variables, List<Problem> problems) {
        this.reader = new Reader(variables);
        this.variables = variables;
        this.problems = problems;
    }

    Project read(Node.Section root, Path folder) {
        var name = name(root, folder);
        var networks = new LinkedHashMap<String, Network>();
        reader.entries(reader.find(root, "networks"))
                .forEach((key, entry) -> networks.put(key, network(name, key, entry)));
        var names = new LinkedHashMap<String, String>();
        networks.forEach((key, network) -> names.put(key, network.name()));
        var mounts = new MountReader(reader, folder, MountReader.devices(reader, root));
        var services = new ServiceReader(reader, mounts, name, names);
        var all = new ArrayList<Service>();
        reader.entries(reader.find(root, "services"))
                .forEach((key, entry) -> {
                    if (entry.value() instanceof Node.Section section) {
                        all.add(services.read(key, entry.keyPlace(), section));
                    } else {
                        problems.add(
                                Problem.error(
                                        entry.keyPlace(),
                                        "services." + key,
                                        entry.value().describe(),
                                        "a mapping, such as image: ..."));
                    }
                });
        return new Project(name, all, withImplied(name, networks, all, root.place()));
    }

    private String name(Node.Section root, Path folder) {
        var written = reader.text(root, "name");
        var given = variables.find("COMPOSE_PROJECT_NAME");
        if (given != null && !given.isEmpty()) {
            return given;
        }
        return written.isEmpty() ? ComposeFiles.projectName(folder) : written;
    }

    private Network network(String project, String key, Node.Entry entry) {
        var place = entry.keyPlace();
        if (!(entry.value() instanceof Node.Section section)) {
            return plain(project + "_" + key, key, place);
        }
        var external = reader.find(section, "external");
        boolean isExternal = external instanceof Node.Section || reader.isTrue(external);
        var name = reader.text(section, "name");
        if (name.isEmpty() && external instanceof Node.Section old) {
            name = reader.text(old, "name");
        }
        if (name.isEmpty()) {
            name = isExternal ? key : project + "_" + key;
        }
        var options = new LinkedHashMap<String, String>();
        reader.entries(reader.find(section, "driver_opts"))
                .forEach((option, each) -> options.put(option, reader.text(each.value())));
        return new Network(
                name,
                key,
                place,
                isExternal,
                reader.isTrue(reader.find(section, "internal")),
                reader.text(section, "driver"),
                options,
                options.getOrDefault("com.docker.network.bridge.name", ""),
                false);
    }

    private static Network plain(String name, String key, Place place) {
        return new Network(name, key, place, false, false, "", Map.of(), "", false);
    }

    /** The network of services that name none, and those named but not described. */
    private static List<Network> withImplied(
            String project, Map<String, Network> written, List<Service> services, Place root) {
        var all = new ArrayList<>(written.values());
        for (var service : services) {
            for (var each : service.networks()) {
                if (all.stream().noneMatch(known -> known.name().equals(each.network()))) {
                    boolean isDefault = each.network().equals(project + "_default");
                    var key = isDefault ? "default" : each.network();
                    all.add(plain(each.network(), key, isDefault ? each.place() : root));
                }
            }
        }
        return all;
    }
}
