package dev.sallyport.core.listen;

import dev.sallyport.core.tls.ServerTls;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of one listener's TCP routes, one for each list of protocols: apart from that of
 * requests, so that no session of one is resumed by the other. Loops look up; a control thread
 * changes.
 */
final class RelayTls {
    private final Function<List<String>, ServerTls> maker;
    private final ConcurrentHashMap<List<String>, ServerTls> byProtocols =
            new ConcurrentHashMap<>();

    RelayTls(Function<List<String>, ServerTls> maker) {
        this.maker = maker;
    }

    @Nullable ServerTls find(List<String> protocols) {
        return byProtocols.get(protocols);
    }

    /** Makes what is not there yet. */
    void add(Set<List<String>> lists) {
        for (List<String> list : lists) {
            byProtocols.computeIfAbsent(list, maker);
        }
    }

    /** Ends the others; handshakes under way hold what they need. */
    void keepOnly(Set<List<String>> lists) {
        for (List<String> list : List.copyOf(byProtocols.keySet())) {
            if (!lists.contains(list)) {
                ServerTls ended = byProtocols.remove(list);
                if (ended != null) {
                    ended.close();
                }
            }
        }
    }

    void maintain() {
        byProtocols.values().forEach(ServerTls::maintain);
    }

    void close() {
        keepOnly(Set.of());
    }
}
