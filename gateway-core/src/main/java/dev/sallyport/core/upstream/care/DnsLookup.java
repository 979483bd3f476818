package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Dns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Asks the hosts file, then the servers of DNS, each twice. Names are whole names: no search domain
 * is ever added. {@code localhost} and what ends in it is the loopback (RFC 6761 6.3).
 */
final class DnsLookup implements Lookup {
    private static final int ROUNDS = 2;
    private static final int MOST_ALIASES = 8;

    private final Dns settings;
    private final SystemFiles files;

    DnsLookup(Dns settings, SystemFiles files) {
        this.settings = settings;
        this.files = files;
    }

    static DnsLookup ofThisMachine(Dns settings) {
        return new DnsLookup(settings, SystemFiles.ofThisMachine());
    }

    @Override
    public Answer ask(String name, Family family) throws InterruptedException {
        List<InetAddress> known = files.addresses(name);
        if (known.isEmpty() && (name.equals("localhost") || name.endsWith(".localhost"))) {
            known = List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        }
        if (!known.isEmpty()) {
            return of(family, known);
        }
        Name asked;
        try {
            asked = Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            return new Missing("not a name: " + e.getMessage(), settings.maxTtl());
        }
        return askServers(asked, family);
    }

    /** A hosts file settles a name: the family it does not list does not exist. */
    private Answer of(Family family, List<InetAddress> known) {
        List<InetAddress> addresses =
                known.stream()
                        .filter(address -> (address.getAddress().length == 4) == isV4(family))
                        .toList();
        return addresses.isEmpty()
                ? new Missing("not in the hosts file", settings.minTtl())
                : new Found(addresses, settings.minTtl());
    }

    private Answer askServers(Name asked, Family family) throws InterruptedException {
        Question question = new Question(asked, isV4(family) ? Type.A : Type.AAAA);
        String problem = "no server";
        for (int alias = 0; alias <= MOST_ALIASES; alias++) {
            Message response = null;
            for (int round = 0; round < ROUNDS && response == null; round++) {
                for (InetSocketAddress server : servers()) {
                    try {
                        Message got = question.send(server, settings.timeout());
                        if (isAnswer(got)) {
                            response = got;
                            break;
                        }
                        problem = say(server) + ": " + Rcode.string(got.getRcode());
                    } catch (IOException e) {
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                        problem = say(server) + ": " + reason(e);
                    }
                }
            }
            if (response == null) {
                return new Failed(problem);
            }
            Answer answer = question.read(response);
            if (answer != null) {
                return answer;
            }
        }
        return new Failed("more than " + MOST_ALIASES + " aliases in a row");
    }

    private List<InetSocketAddress> servers() {
        return settings.servers().isEmpty()
                ? files.servers()
                : settings.servers().stream().map(Dns.Server::toSocketAddress).toList();
    }

    private static boolean isAnswer(Message message) {
        return message.getHeader().getFlag(Flags.QR)
                && (message.getRcode() == Rcode.NOERROR || message.getRcode() == Rcode.NXDOMAIN);
    }

    private static boolean isV4(Family family) {
        return family == Family.V4;
    }

    private static String say(InetSocketAddress server) {
        return server.getAddress().getHostAddress() + ":" + server.getPort();
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                : message.toLowerCase(Locale.ROOT).contains("timed out") ? "timeout" : message;
    }

    /** One name on its way along its aliases. */
    private static final class Question {
        private final int type;
        private Name name;
        private long ttl = Integer.MAX_VALUE;
        private int aliases;

        Question(Name name, int type) {
            this.name = name;
            this.type = type;
        }

        /** Over UDP, and over TCP when the answer did not fit. */
        Message send(InetSocketAddress server, Duration timeout) throws IOException {
            SimpleResolver resolver = new SimpleResolver(server);
            resolver.setTimeout(timeout);
            Record record = Record.newRecord(name, type, DClass.IN);
            return resolver.send(Message.newQuery(record));
        }

        /** The answer; null when it is to be asked for under another name. */
        @Nullable Answer read(Message response) {
            List<Record> records = response.getSection(Section.ANSWER);
            Name before = name;
            List<InetAddress> addresses = addresses(records);
            for (Name next = alias(records);
                    addresses.isEmpty() && next != null && aliases <= MOST_ALIASES;
                    next = alias(records)) {
                aliases++;
                name = next;
                addresses = addresses(records);
            }
            if (!addresses.isEmpty()) {
                return new Found(addresses, Duration.ofSeconds(ttl));
            }
            if (aliases > MOST_ALIASES) {
                return new Failed("more than " + MOST_ALIASES + " aliases in a row");
            }
            boolean isMissing = response.getRcode() == Rcode.NXDOMAIN;
            if (!isMissing && !name.equals(before)) {
                return null; // the server knew the alias, but not where it leads
            }
            return new Missing(isMissing ? "nxdomain" : "no address", negativeTtl(response));
        }

        private List<InetAddress> addresses(List<Record> records) {
            List<InetAddress> addresses = new ArrayList<>();
            for (Record record : records) {
                if (record.getName().equals(name)) {
                    InetAddress address =
                            switch (record) {
                                case ARecord a when type == Type.A -> a.getAddress();
                                case AAAARecord a when type == Type.AAAA -> a.getAddress();
                                default -> null;
                            };
                    if (address != null) {
                        addresses.add(address);
                        ttl = Math.min(ttl, record.getTTL());
                    }
                }
            }
            return addresses;
        }

        private @Nullable Name alias(List<Record> records) {
            for (Record record : records) {
                if (record instanceof CNAMERecord alias && record.getName().equals(name)) {
                    ttl = Math.min(ttl, record.getTTL());
                    return alias.getTarget();
                }
            }
            return null;
        }

        /** RFC 2308 5: what is not there stays so for the lesser of two times of the zone. */
        private static Duration negativeTtl(Message response) {
            for (Record record : response.getSection(Section.AUTHORITY)) {
                if (record instanceof SOARecord zone) {
                    return Duration.ofSeconds(Math.min(zone.getTTL(), zone.getMinimum()));
                }
            }
            return Duration.ZERO;
        }
    }
}
