package dev.sallyport.config.survey.engine;

import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Mount;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.audit.seen.Variable;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an engine says of one container. */
final class ContainerReader {
    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("NetworkMode", "network_mode"),
                    Map.entry("Privileged", "privileged"),
                    Map.entry("PidMode", "pid"),
                    Map.entry("IpcMode", "ipc"),
                    Map.entry("UTSMode", "uts"),
                    Map.entry("UsernsMode", "userns_mode"),
                    Map.entry("ReadonlyRootfs", "read_only"),
                    Map.entry("CapAdd", "cap_add"),
                    Map.entry("CapDrop", "cap_drop"),
                    Map.entry("SecurityOpt", "security_opt"));

    private final Tree tree;
    private final Place place;

    private ContainerReader(Tree tree) {
        this.tree = tree;
        this.place = Place.of(new Source("container " + nameOf(tree), Path.of("/"), true));
    }

    static Service read(Tree tree) {
        return new ContainerReader(tree).service();
    }

    private static String nameOf(Tree tree) {
        var name = tree.at("Name").text();
        return name.startsWith("/") ? name.substring(1) : name;
    }

    private Service service() {
        var config = tree.at("Config");
        var compose = config.at("Labels", "com.docker.compose.project").text();
        var stack = config.at("Labels", "com.docker.stack.namespace").text();
        var project = stack.isEmpty() ? compose : stack;
        var name = nameOf(tree);
        var brief =
                !project.isEmpty() && name.matches("\\Q" + project + "\\E[-_].+")
                        ? name.substring(project.length() + 1)
                        : name;
        var words = new ArrayList<>(config.at("Entrypoint").texts());
        words.addAll(config.at("Cmd").texts());
        return new Service(
                project,
                brief,
                place,
                config.at("Image").text(),
                words,
                List.of(new Setting("container_name", name, place)),
                ports(),
                config.at("ExposedPorts").names().stream()
                        .filter(port -> port.endsWith("/tcp"))
                        .map(port -> port.substring(0, port.length() - 4))
                        .toList(),
                mounts(),
                networks(),
                environment(config.at("Env").value()),
                config.at("Labels").names().stream()
                        .map(key -> new Setting(key, config.at("Labels", key).text(), place))
                        .toList(),
                settings());
    }

    private List<PublishedPort> ports() {
        var all = new ArrayList<PublishedPort>();
        var ports = tree.at("NetworkSettings", "Ports");
        for (var target : ports.names()) {
            for (var binding : ports.at(target).items()) {
                int slash = target.indexOf('/');
                var address = binding.at("HostIp").text();
                var hostPort = binding.at("HostPort").text();
                var shown = address.contains(":") ? "[" + address + "]" : address;
                all.add(
                        new PublishedPort(
                                place,
                                shown + (shown.isEmpty() ? "" : ":") + hostPort + ":" + target,
                                address,
                                hostPort,
                                target.substring(0, slash),
                                target.substring(slash + 1)));
            }
        }
        return all;
    }

    private List<Mount> mounts() {
        var all = new ArrayList<Mount>();
        for (var each : tree.at("Mounts").items()) {
            if (each.at("Type").text().equals("bind")) {
                var source = each.at("Source").text();
                var target = each.at("Destination").text();
                boolean isReadOnly = each.at("RW").text().equals("false");
                var written = source + ":" + target + (isReadOnly ? ":ro" : "");
                all.add(new Mount(place, written, source, target, isReadOnly));
            }
        }
        return all;
    }

    private List<Membership> networks() {
        var all = new ArrayList<Membership>();
        var networks = tree.at("NetworkSettings", "Networks");
        var id = tree.at("Id").text();
        for (var name : networks.names()) {
            if (!name.equals("none") && !name.equals("host")) {
                var aliases =
                        networks.at(name, "Aliases").texts().stream()
                                .filter(alias -> !id.startsWith(alias))
                                .map(alias -> new Setting("alias", alias, place))
                                .toList();
                all.add(new Membership(place, name, aliases));
            }
        }
        return all;
    }

    private List<Setting> settings() {
        var all = new ArrayList<Setting>();
        var host = tree.at("HostConfig");
        for (var name : host.names()) {
            var key = SETTINGS.get(name);
            if (key != null) {
                var value = host.at(name);
                var values = value.items().isEmpty() ? List.of(value.text()) : value.texts();
                values.stream()
                        .filter(each -> !each.isEmpty())
                        .forEach(each -> all.add(new Setting(key, each, place)));
            }
        }
        return all;
    }

    private List<Variable> environment(Object value) {
        var all = new ArrayList<Variable>();
        if (value instanceof List<?> list) {
            for (var each : list) {
                if (each instanceof Variable variable) {
                    all.add(
                            new Variable(
                                    variable.name(),
                                    variable.kind(),
                                    variable.switchedOn(),
                                    place));
                }
            }
        }
        return all;
    }
}
