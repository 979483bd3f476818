package dev.sallyport.acme.dns;

import dev.sallyport.config.model.Dns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Asks for the addresses of names as the section {@code dns} says: its servers, or the system's,
 * each once. Blocking, though never longer than its patience. Names are whole names.
 */
public final class AddressLookup {
    private static final int MOST_ALIASES = 8;

    private final Dns settings;
    private final Duration patience;

    /**
     * What is known of a name.
     *
     * @param failure why one family is not known; null when both are
     */
    public record Found(List<InetAddress> addresses, @Nullable String failure) {
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    public AddressLookup(Dns settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
    }

    public Found ask(String name) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        var addresses = new ArrayList<InetAddress>();
        String failure = null;
        for (int type : new int[] {Type.A, Type.AAAA}) {
            try {
                addresses.addAll(addresses(Name.fromString(name, Name.root), type, end));
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                failure = e.getMessage();
            }
        }
        return new Found(addresses, failure);
    }

    private List<InetAddress> addresses(Name asked, int type, long end) throws IOException {
        var name = asked;
        var told = asked;
        var records = answer(told, type, end);
        for (int alias = 0; alias <= MOST_ALIASES; alias++) {
            var found = at(name, records);
            var next = alias(name, records);
            if (!found.isEmpty() || (next == null && name.equals(told))) {
                return found;
            }
            if (next == null) {
                // the server knew the alias, but not where it leads
                told = name;
                records = answer(told, type, end);
            } else {
                name = next;
            }
        }
        throw new IOException("more than " + MOST_ALIASES + " aliases in a row");
    }

    private List<Record> answer(Name name, int type, long end) throws IOException {
        var failure = "no server to ask (expected: dns.servers)";
        for (var server : servers()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new IOException("no answer within " + patience.toSeconds() + " s");
            }
            try {
                var resolver = new SimpleResolver(server);
                var patienceLeft = Duration.ofNanos(left);
                resolver.setTimeout(
                        settings.timeout().compareTo(patienceLeft) < 0
                                ? settings.timeout()
                                : patienceLeft);
                var answer =
                        resolver.send(Message.newQuery(Record.newRecord(name, type, DClass.IN)));
                int code = answer.getRcode();
                if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) {
                    return answer.getSection(Section.ANSWER);
                }
                failure = told(server, Rcode.string(code));
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                failure = told(server, reason(e));
            }
        }
        throw new IOException(failure);
    }

    private List<InetSocketAddress> servers() {
        return settings.servers().isEmpty()
                ? ResolverConfig.getCurrentConfig().servers()
                : settings.servers().stream().map(Dns.Server::toSocketAddress).toList();
    }

    private static String told(InetSocketAddress server, String what) {
        return server.getAddress().getHostAddress() + ":" + server.getPort() + ": " + what;
    }

    private static String reason(IOException e) {
        var message = Objects.toString(e.getMessage(), e.getClass().getSimpleName());
        return message.toLowerCase(Locale.ROOT).contains("timed out") ? "timeout" : message;
    }

    private static List<InetAddress> at(Name name, List<Record> records) {
        var addresses = new ArrayList<InetAddress>();
        for (var record : records) {
            if (record.getName().equals(name)) {
                switch (record) {
                    case ARecord four -> addresses.add(four.getAddress());
                    case AAAARecord six -> addresses.add(six.getAddress());
                    default -> {}
                }
            }
        }
        return addresses;
    }

    private static @Nullable Name alias(Name name, List<Record> records) {
        for (var record : records) {
            if (record instanceof CNAMERecord alias && record.getName().equals(name)) {
                return alias.getTarget();
            }
        }
        return null;
    }
}
