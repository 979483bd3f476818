package dev.sallyport.acme.dns;

import dev.sallyport.config.model.Dns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** What DNS says at present: where CNAMEs lead, whose zone a name is in, who serves a record. */
final class DnsLookups {
    private static final int MOST_ALIASES = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final int PORT = 53;

    private final List<Resolver> resolvers = new ArrayList<>();

    DnsLookups(List<Dns.Server> servers) {
        for (var server : servers) {
            resolvers.add(resolver(server.toSocketAddress()));
        }
    }

    /** A resolver that asks one server, by TCP: answers to these questions must not be forged. */
    static SimpleResolver resolver(InetSocketAddress server) {
        var resolver = new SimpleResolver(server);
        resolver.setTCP(true);
        resolver.setTimeout(TIMEOUT);
        return resolver;
    }

    private List<Resolver> resolvers() {
        if (!resolvers.isEmpty()) {
            return resolvers;
        }
        var system = new ArrayList<Resolver>();
        for (var server : ResolverConfig.getCurrentConfig().servers()) {
            system.add(resolver(server));
        }
        return system;
    }

    /** Where CNAMEs lead from a name; the name itself when there are none or nobody answers. */
    String follow(String name) throws IOException {
        Set<String> seen = new HashSet<>();
        var present = name;
        while (seen.add(present)) {
            var next = alias(present);
            if (next == null) {
                return present;
            }
            if (seen.size() > MOST_ALIASES) {
                break;
            }
            present = next;
        }
        throw new IOException(
                name + ": CNAMEs lead to " + present + " again, or on for ever (expected: an end)");
    }

    private @Nullable String alias(String name) throws IOException {
        for (var resolver : resolvers()) {
            try {
                var answer = ask(resolver, Name.fromString(name), Type.CNAME);
                for (var record : answer.getSection(Section.ANSWER)) {
                    if (record instanceof CNAMERecord alias
                            && alias.getName().equals(Name.fromString(name))) {
                        return alias.getTarget().toString();
                    }
                }
                return null;
            } catch (IOException e) {
                // the next server may answer
            }
        }
        return null;
    }

    /**
     * The zone of a name.
     *
     * @param resolver whom to ask
     */
    static Name zone(Resolver resolver, Name name) throws IOException {
        for (var candidate = name; candidate.labels() > 1; candidate = new Name(candidate, 1)) {
            var answer = ask(resolver, candidate, Type.SOA);
            for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
                for (var record : answer.getSection(section)) {
                    if (record instanceof SOARecord && name.subdomain(record.getName())) {
                        return record.getName();
                    }
                }
            }
        }
        throw new IOException(name + ": in no zone that " + resolver + " knows");
    }

    private static Message ask(Resolver resolver, Name name, int type) throws IOException {
        var answer = resolver.send(Message.newQuery(Record.newRecord(name, type, DClass.IN)));
        int code = answer.getRcode();
        if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
            throw new IOException(name + ": " + Rcode.string(code) + " by " + resolver);
        }
        return answer;
    }

    /** Waits until every server of the zone has the value; false when one still has not in time. */
    boolean awaitSeen(String name, String value, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            if (isSeen(name, value)) {
                return true;
            }
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(INTERVAL);
        }
    }

    private boolean isSeen(String text, String value) {
        Name name;
        try {
            name = Name.fromString(text);
        } catch (IOException e) {
            return false;
        }
        int asked = 0;
        for (var server : serversOf(name)) {
            try {
                if (!has(server, name, value)) {
                    return false;
                }
                asked++;
            } catch (IOException e) {
                // unreachable from here, which says nothing of the authority
            }
        }
        if (asked > 0) {
            return true;
        }
        for (var resolver : resolvers()) {
            try {
                return has(resolver, name, value);
            } catch (IOException e) {
                // the next one
            }
        }
        return false;
    }

    private static boolean has(Resolver server, Name name, String value) throws IOException {
        for (var record : ask(server, name, Type.TXT).getSection(Section.ANSWER)) {
            if (record instanceof TXTRecord text
                    && String.join("", text.getStrings()).equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** The texts at a name, CNAMEs followed; null when no server answers. */
    @Nullable List<String> texts(String name) throws IOException {
        var at = Name.fromString(follow(name));
        for (var resolver : resolvers()) {
            try {
                var texts = new ArrayList<String>();
                for (var record : ask(resolver, at, Type.TXT).getSection(Section.ANSWER)) {
                    if (record instanceof TXTRecord text) {
                        texts.add(String.join("", text.getStrings()));
                    }
                }
                return texts;
            } catch (IOException e) {
                // the next server may answer
            }
        }
        return null;
    }

    private List<Resolver> serversOf(Name name) {
        var servers = new ArrayList<Resolver>();
        for (var resolver : resolvers()) {
            try {
                var zone = zone(resolver, name);
                for (var record : ask(resolver, zone, Type.NS).getSection(Section.ANSWER)) {
                    if (record instanceof NSRecord server) {
                        for (var address : addresses(resolver, server.getTarget())) {
                            servers.add(resolver(new InetSocketAddress(address, PORT)));
                        }
                    }
                }
                return servers;
            } catch (IOException e) {
                // the next one
            }
        }
        return servers;
    }

    private static List<InetAddress> addresses(Resolver resolver, Name name) throws IOException {
        var addresses = new ArrayList<InetAddress>();
        for (int type : new int[] {Type.A, Type.AAAA}) {
            for (var record : ask(resolver, name, type).getSection(Section.ANSWER)) {
                if (record instanceof ARecord four) {
                    addresses.add(four.getAddress());
                } else if (record instanceof AAAARecord six) {
                    addresses.add(six.getAddress());
                }
            }
        }
        return addresses;
    }
}
