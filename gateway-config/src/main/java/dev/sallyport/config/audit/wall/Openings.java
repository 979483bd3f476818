package dev.sallyport.config.audit.wall;

import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Network;
import dev.sallyport.config.audit.seen.PublishedPort;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.model.value.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a firewall is to leave open, and what to close.
 *
 * @param open ports of the edge
 * @param closed ports that others publish
 * @param unknown ports of the edge whose number is not known before it runs
 * @param bridges interfaces that containers are behind; one that ends with {@code *} stands for all
 *     that begin so
 * @param inner bridges of internal networks, whose containers have no business with the host
 */
public record Openings(
        List<Door> open,
        List<Door> closed,
        List<String> unknown,
        List<String> bridges,
        List<String> inner) {
    /** As Docker and Podman call them; Podman by netavark or by the plug-ins of CNI. */
    private static final List<String> BRIDGES =
            List.of("docker0", "docker_gwbridge", "br-*", "podman*", "cni-podman*");

    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

    /** A port of the host; the address is empty for all of them. */
    public record Door(String address, String port, String protocol, String service) {
        boolean isOf(boolean isIpv6) {
            return address.isEmpty() || address.contains(":") == isIpv6;
        }
    }

    public Openings {
        open = List.copyOf(open);
        closed = List.copyOf(closed);
        unknown = List.copyOf(unknown);
        bridges = List.copyOf(bridges);
        inner = List.copyOf(inner);
    }

    /** Those of what was seen. */
    public static Openings of(Estate estate) {
        var open = new ArrayList<Door>();
        var closed = new ArrayList<Door>();
        var unknown = new ArrayList<String>();
        boolean isOnHost = false;
        for (var service : estate.services()) {
            isOnHost |= service.networkMode().equals("host");
            for (var port : service.ports()) {
                boolean isEdge = estate.isEdge(service);
                if (!isPlain(port)) {
                    unknown.add(service.title() + " " + port.written());
                } else if (isEdge && !port.isLoopback()) {
                    open.add(door(service, port));
                } else if (!isEdge && !port.isLoopback()) {
                    closed.add(door(service, port));
                }
            }
        }
        return new Openings(
                distinct(open),
                distinct(closed),
                unknown,
                bridges(estate),
                isOnHost ? List.of() : inner(estate));
    }

    /** Only what is no more than it seems goes into a rule: files are written by many. */
    private static boolean isPlain(PublishedPort port) {
        return port.hostPort().matches("[0-9]{1,5}(-[0-9]{1,5})?")
                && (port.isEverywhere()
                        || port.isLoopback()
                        || IpAddress.find(port.hostAddress()) != null)
                && PROTOCOLS.contains(port.protocol());
    }

    private static Door door(Service service, PublishedPort port) {
        return new Door(
                port.isEverywhere() ? "" : port.hostAddress(),
                port.hostPort(),
                port.protocol(),
                service.title());
    }

    private static List<Door> distinct(List<Door> doors) {
        return doors.stream().distinct().toList();
    }

    /** Those that engines make later, too: by how they call them, and others by name. */
    private static List<String> bridges(Estate estate) {
        var all = new ArrayList<>(BRIDGES);
        estate.networks().values().stream()
                .map(Network::bridge)
                .filter(name -> isInterface(name) && !isCovered(name))
                .forEach(all::add);
        return all.stream().distinct().toList();
    }

    private static boolean isCovered(String name) {
        return BRIDGES.stream()
                .anyMatch(each ->
                        each.endsWith("*")
                                && name.startsWith(each.substring(0, each.length() - 1)));
    }

    private static List<String> inner(Estate estate) {
        return estate.networks().values().stream()
                .filter(Network::isInternal)
                .map(Network::bridge)
                .filter(Openings::isInterface)
                .distinct()
                .toList();
    }

    private static boolean isInterface(String name) {
        return name.matches("[A-Za-z0-9_.-]{1,15}");
    }
}
