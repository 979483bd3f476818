package dev.sallyport.config.audit.wall;

import java.util.ArrayList;
import java.util.List;

/**
 * Openings in the language of iptables: a chain that {@code DOCKER-USER} asks, which the engine
 * asks before its own.
 */
public final class Chains {
    private static final String CHAIN = "SALLYPORT";
    private static final String INPUT = "SALLYPORT-IN";

    private Chains() {}

    /** A shell script for hosts without another firewall; it may be run again. */
    public static String script(Openings openings) {
        var text =
                new StringBuilder(
                        """
                        #!/bin/sh
                        # Made by "sallyport firewall --docker-user" for what was looked at; nothing was applied.
                        # Undo, for iptables and ip6tables: -D DOCKER-USER -j SALLYPORT; -D INPUT -j SALLYPORT-IN
                        set -e
                        """);
        openings.unknown()
                .forEach(each ->
                        text.append("# not known before it runs: ")
                                .append(Ruleset.plain(each))
                                .append('\n'));
        for (var tool : List.of("iptables", "ip6tables")) {
            boolean isIpv6 = tool.equals("ip6tables");
            var closed = openings.closed().stream().filter(each -> each.isOf(isIpv6)).toList();
            text.append("\n# Published ports that a process of the host listens on itself\n");
            chain(text, tool, INPUT, "INPUT", inputRules(closed, openings.inner(), isIpv6));
            text.append(
                    "\n# What is forwarded to containers; not every engine does that for IPv6\n");
            text.append("if %s -n -L DOCKER-USER > /dev/null 2>&1; then\n".formatted(tool));
            chain(text, tool, CHAIN, "DOCKER-USER", rules(openings, isIpv6));
            text.append("fi\n");
        }
        return text.toString();
    }

    private static void chain(
            StringBuilder text, String tool, String chain, String from, List<String> rules) {
        text.append("%s -N %s 2> /dev/null || %1$s -F %2$s\n".formatted(tool, chain));
        rules.forEach(rule -> text.append("%s -A %s %s\n".formatted(tool, chain, rule)));
        text.append(
                "%s -C %s -j %s 2> /dev/null || %1$s -I %2$s -j %3$s\n"
                        .formatted(tool, from, chain));
    }

    /** Lines to append to UFW's {@code after.rules}, or {@code after6.rules}. */
    public static String ufw(Openings openings, boolean isIpv6) {
        var file = isIpv6 ? "after6.rules" : "after.rules";
        var text = new StringBuilder("# BEGIN SALLYPORT: append to /etc/ufw/" + file);
        text.append(", then ufw reload. Remove an earlier block first.\n");
        openings.unknown()
                .forEach(each ->
                        text.append("# not known before it runs: ")
                                .append(Ruleset.plain(each))
                                .append('\n'));
        text.append("*filter\n:DOCKER-USER - [0:0]\n:").append(CHAIN).append(" - [0:0]\n");
        text.append("-A DOCKER-USER -j ").append(CHAIN).append('\n');
        rules(openings, isIpv6)
                .forEach(rule ->
                        text.append("-A ").append(CHAIN).append(' ').append(rule).append('\n'));
        return text.append("COMMIT\n# END SALLYPORT\n").toString();
    }

    private static List<String> rules(Openings openings, boolean isIpv6) {
        var rules = new ArrayList<String>();
        rules.add("-m conntrack --ctstate ESTABLISHED,RELATED -j RETURN");
        for (var door : openings.open()) {
            if (door.isOf(isIpv6)) {
                rules.add(
                        "-p "
                                + door.protocol()
                                + " -m conntrack --ctstate DNAT --ctdir ORIGINAL "
                                + (door.address().isEmpty()
                                        ? ""
                                        : "--ctorigdst " + door.address() + " ")
                                + "--ctorigdstport "
                                + door.port().replace('-', ':')
                                + " -j RETURN");
            }
        }
        openings.bridges()
                .forEach(each ->
                        rules.add("-o " + name(each) + " -m conntrack --ctstate DNAT -j DROP"));
        openings.bridges().forEach(each -> rules.add("-i " + name(each) + " -j RETURN"));
        openings.bridges().forEach(each -> rules.add("-o " + name(each) + " -j DROP"));
        return rules;
    }

    private static List<String> inputRules(
            List<Openings.Door> closed, List<String> inner, boolean isIpv6) {
        var rules = new ArrayList<String>();
        rules.add("-i lo -j RETURN");
        rules.add("-m conntrack --ctstate ESTABLISHED,RELATED -j RETURN");
        for (var door : closed) {
            rules.add(
                    (door.address().isEmpty() ? "" : "-d " + door.address() + " ")
                            + "-p "
                            + door.protocol()
                            + " --dport "
                            + door.port().replace('-', ':')
                            + " -j DROP");
        }
        if (!isIpv6) {
            inner.forEach(each -> rules.add("-i " + each + " -m conntrack --ctstate NEW -j DROP"));
        }
        return rules;
    }

    private static String name(String bridge) {
        return bridge.replace('*', '+');
    }
}
