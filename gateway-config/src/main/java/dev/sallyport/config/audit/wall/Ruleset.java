package dev.sallyport.config.audit.wall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Openings in the language of nftables: a table of its own, which decides before the engine's does.
 * Replies come through, the edge's ports are reached, containers reach what they did; nothing else
 * goes to a container, published or not.
 */
public final class Ruleset {
    private final Openings openings;
    private final StringBuilder text = new StringBuilder();

    private Ruleset(Openings openings) {
        this.openings = openings;
    }

    /** A file for {@code nft -f}. */
    public static String nft(Openings openings) {
        var ruleset = new Ruleset(openings);
        ruleset.head();
        ruleset.forward();
        ruleset.input();
        return ruleset.text.append("}\n").toString();
    }

    private void head() {
        line("# Made by \"sallyport firewall --nft\" for what was looked at; nothing was applied.");
        line(
                "# Check: nft -c -f FILE   Apply: nft -f FILE   Undo: nft delete table inet sallyport");
        openings.unknown().forEach(each -> line("# not known before it runs: " + plain(each)));
        line("table inet sallyport");
        line("delete table inet sallyport");
        line("table inet sallyport {");
    }

    private void forward() {
        line("    chain forward {");
        line("        type filter hook forward priority filter - 10; policy accept;");
        line("        ct state established,related accept");
        for (var group : groups(openings.open()).entrySet()) {
            line("        # " + group.getValue().service());
            var match = group.getKey();
            line(
                    "        ct status dnat "
                            + originalAddress(match.address())
                            + "meta l4proto "
                            + match.protocol()
                            + " ct original proto-dst { "
                            + match.ports()
                            + " } accept");
        }
        line("        # published by others than the edge");
        openings.bridges()
                .forEach(each -> line("        ct status dnat oifname \"" + each + "\" drop"));
        line("        # containers go where the engine lets them");
        openings.bridges().forEach(each -> line("        iifname \"" + each + "\" accept"));
        line("        # addressed to a container itself, past all that is published");
        openings.bridges().forEach(each -> line("        oifname \"" + each + "\" drop"));
        line("    }");
    }

    /** Where the engine listens itself, in a process of the host, as for IPv6. */
    private void input() {
        if (openings.closed().isEmpty() && openings.inner().isEmpty()) {
            return;
        }
        line("    chain input {");
        line("        type filter hook input priority filter - 10; policy accept;");
        line("        ct state established,related accept");
        line("        iifname \"lo\" accept");
        for (var group : groups(openings.closed()).entrySet()) {
            line("        # " + group.getValue().service());
            var match = group.getKey();
            line(
                    "        "
                            + address(match.address())
                            + match.protocol()
                            + " dport { "
                            + match.ports()
                            + " } drop");
        }
        if (!openings.inner().isEmpty()) {
            line("        # internal networks have no business with the host");
            openings.inner()
                    .forEach(each -> line("        iifname \"" + each + "\" ct state new drop"));
        }
        line("    }");
    }

    private record Match(String address, String protocol, String ports) {}

    private record Group(String service) {}

    /** Ports of one service, address and protocol together. */
    private static Map<Match, Group> groups(List<Openings.Door> doors) {
        Map<List<String>, List<String>> ports = new LinkedHashMap<>();
        for (var door : doors) {
            ports.computeIfAbsent(
                            List.of(door.service(), door.address(), door.protocol()),
                            _ -> new ArrayList<>())
                    .add(door.port());
        }
        Map<Match, Group> groups = new LinkedHashMap<>();
        ports.forEach((key, list) ->
                groups.put(
                        new Match(key.get(1), key.get(2), String.join(", ", list)),
                        new Group(plain(key.getFirst()))));
        return groups;
    }

    private static String originalAddress(String address) {
        return address.isEmpty()
                ? ""
                : "ct original " + family(address) + " daddr " + address + " ";
    }

    private static String address(String address) {
        return address.isEmpty() ? "" : family(address) + " daddr " + address + " ";
    }

    private static String family(String address) {
        return address.contains(":") ? "ip6" : "ip";
    }

    /** A name within a comment, whoever wrote it. */
    static String plain(String text) {
        return text.replaceAll("[^A-Za-z0-9_./:${}-]", " ");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
