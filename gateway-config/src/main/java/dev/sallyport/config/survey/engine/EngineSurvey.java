package dev.sallyport.config.survey.engine;

import dev.sallyport.config.audit.seen.Engine;
import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What runs on an engine, and its host. This is for an operator on the host, who could do all of it
 * by hand; the guard asks for none of this.
 */
public final class EngineSurvey {
    private static final Pattern IN_CLEAR =
            Pattern.compile("API is accessible on (http://[^ ]+) without encryption");
    private static final int FIRST_OF_ID = 12;

    private final EngineDoor door;
    private final Place place;
    private final HostFacts host;

    private EngineSurvey(Path socket, Path root) {
        this.place = Place.of(new Source("engine " + socket, Path.of("/"), true));
        this.door = new EngineDoor(socket, place);
        this.host = new HostFacts(root);
    }

    /**
     * Asks an engine for all that runs.
     *
     * @param root of the host's files, for UFW's settings
     */
    public static Estate look(Path socket, Path root, List<String> edges) throws IOException {
        var survey = new EngineSurvey(socket, root);
        var version = new Tree(survey.door.get("/version"));
        var prefix = prefix(version.at("ApiVersion").text());
        var engine = survey.engine(version, prefix);
        var services = survey.services(prefix);
        var networks = survey.networks(prefix, services, survey.bridges(engine));
        return new Estate(List.of(new Project("", services, networks)), edges, engine);
    }

    private static String product(Tree version) {
        return version.at("Components").items().stream()
                        .anyMatch(each -> each.at("Name").text().equals("Podman Engine"))
                ? Engine.PODMAN
                : "Docker";
    }

    private static String prefix(String version) {
        return version.matches("[0-9]{1,2}\\.[0-9]{1,3}") ? "/v" + version : "";
    }

    private List<Service> services(String prefix) throws IOException {
        var all = new ArrayList<Service>();
        for (var each : new Tree(door.get(prefix + "/containers/json")).items()) {
            var id = each.at("Id").text();
            if (id.matches("[0-9a-f]{12,64}")) {
                all.add(
                        ContainerReader.read(
                                new Tree(door.get(prefix + "/containers/" + id + "/json"))));
            }
        }
        all.sort(java.util.Comparator.comparing(Service::title));
        return all;
    }

    /** Those that somebody is on. */
    private List<Network> networks(
            String prefix, List<Service> services, Map<String, String> bridges) throws IOException {
        var all = new ArrayList<Network>();
        for (var each : new Tree(door.get(prefix + "/networks")).items()) {
            var name = each.at("Name").text();
            if (services.stream().anyMatch(service -> service.isOn(name))) {
                all.add(network(name, each, bridges));
            }
        }
        return all;
    }

    /** Interfaces of Podman's networks, by name: those are numbered, and its own API tells them. */
    private Map<String, String> bridges(Engine engine) throws IOException {
        var all = new HashMap<String, String>();
        if (engine.isPodman()) {
            for (var each : new Tree(door.get("/v4.0.0/libpod/networks/json")).items()) {
                all.put(each.at("name").text(), each.at("network_interface").text());
            }
        }
        return all;
    }

    private static Network network(String name, Tree tree, Map<String, String> bridges) {
        var options = new LinkedHashMap<String, String>();
        for (var option : tree.at("Options").names()) {
            options.put(option, tree.at("Options", option).text());
        }
        var driver = tree.at("Driver").text();
        var id = tree.at("Id").text();
        boolean isBridge = driver.equals("bridge") && id.length() >= FIRST_OF_ID;
        var usual = isBridge ? "br-" + id.substring(0, FIRST_OF_ID) : "";
        var bridge =
                bridges.getOrDefault(
                        name, options.getOrDefault("com.docker.network.bridge.name", usual));
        return new Network(
                name,
                name,
                Place.of(new Source("network " + name, Path.of("/"), true)),
                false,
                tree.at("Internal").text().equals("true"),
                driver,
                options,
                bridge,
                HostFacts.isOn(bridge));
    }

    private Engine engine(Tree version, String prefix) throws IOException {
        var info = new Tree(door.get(prefix + "/info"));
        var listening = new ArrayList<Setting>();
        for (var warning : info.at("Warnings").texts()) {
            var matcher = IN_CLEAR.matcher(warning);
            if (matcher.find()) {
                listening.add(new Setting(matcher.group(1), "plain", place));
            }
        }
        boolean isRootless =
                info.at("SecurityOptions").texts().stream()
                        .anyMatch(option -> option.contains("rootless"));
        return new Engine(
                place,
                product(version),
                version.at("Version").text(),
                isRootless,
                listening,
                host.isUfwOn(),
                host.isUfwAware());
    }
}
