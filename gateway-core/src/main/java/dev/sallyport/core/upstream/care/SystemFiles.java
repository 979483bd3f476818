package dev.sallyport.core.upstream.care;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the machine itself says about names: its hosts file and the servers of its resolver file,
 * read again when they change. Search domains and options are left out: a name means the same
 * everywhere.
 */
final class SystemFiles {
    private static final Logger log = LoggerFactory.getLogger(SystemFiles.class);
    private static final int LARGEST = 1 << 20;
    private static final int DNS_PORT = 53;
    private static final int MOST_SERVERS = 3; // resolv.conf(5): MAXNS

    private final Path hosts;
    private final Path resolver;
    private @Nullable FileTime hostsAt;
    private @Nullable FileTime resolverAt;
    private Map<String, List<InetAddress>> addresses = Map.of();
    private List<InetSocketAddress> servers = List.of();

    SystemFiles(Path hosts, Path resolver) {
        this.hosts = hosts;
        this.resolver = resolver;
    }

    static SystemFiles ofThisMachine() {
        return new SystemFiles(Path.of("/etc/hosts"), Path.of("/etc/resolv.conf"));
    }

    /**
     * The addresses the hosts file has for a name, of both families; empty when it does not know
     * it.
     */
    synchronized List<InetAddress> addresses(String name) {
        FileTime at = changedAt(hosts);
        if (at == null || !at.equals(hostsAt)) {
            hostsAt = at;
            addresses = at == null ? Map.of() : hosts(lines(hosts));
        }
        return addresses.getOrDefault(name, List.of());
    }

    /** The servers to ask; the machine itself when the file names none. */
    synchronized List<InetSocketAddress> servers() {
        FileTime at = changedAt(resolver);
        if (at == null || !at.equals(resolverAt)) {
            resolverAt = at;
            servers = at == null ? List.of() : servers(lines(resolver));
        }
        return servers.isEmpty()
                ? List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), DNS_PORT))
                : servers;
    }

    private static Map<String, List<InetAddress>> hosts(List<String> lines) {
        Map<String, List<InetAddress>> addresses = new HashMap<>();
        for (String line : lines) {
            String[] words = words(line);
            InetAddress address = words.length < 2 ? null : literal(words[0]);
            if (address == null) {
                continue;
            }
            for (int i = 1; i < words.length; i++) {
                addresses
                        .computeIfAbsent(
                                words[i].toLowerCase(Locale.ROOT), first -> new ArrayList<>())
                        .add(address);
            }
        }
        return addresses;
    }

    private static List<InetSocketAddress> servers(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : lines) {
            String[] words = words(line);
            if (words.length >= 2
                    && words[0].equals("nameserver")
                    && servers.size() < MOST_SERVERS) {
                InetAddress address = literal(words[1]);
                if (address != null) {
                    servers.add(new InetSocketAddress(address, DNS_PORT));
                }
            }
        }
        return List.copyOf(servers);
    }

    private static String[] words(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+");
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static @Nullable FileTime changedAt(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return null;
        }
    }

    private static List<String> lines(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LARGEST), StandardCharsets.ISO_8859_1).lines().toList();
        } catch (IOException e) {
            log.warn("file of the resolver not readable file={} reason={}", file, e.toString());
            return List.of();
        }
    }
}
