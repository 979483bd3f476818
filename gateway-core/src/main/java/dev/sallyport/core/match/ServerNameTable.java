package dev.sallyport.core.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a TLS hello is for, by the server name and the protocols (ALPN) in it: immutable, shared by
 * all loops.
 *
 * <p>Names: exact before wildcard before any. For one name, those that ask for certain protocols
 * come first, then those that take a hello without any as well, then those for which protocols do
 * not matter. One whose protocols do not fit lets the less specific ones have the hello.
 */
public final class ServerNameTable<T> {
    /**
     * One who is after hellos.
     *
     * @param protocols of which one must be offered; empty for any and none
     * @param withoutProtocols whether a hello that offers none is meant too
     */
    public record Entry<T>(
            HostPattern name, List<String> protocols, boolean withoutProtocols, T payload) {
        public Entry {
            protocols = List.copyOf(protocols);
        }

        private boolean fits(List<String> offered) {
            if (protocols.isEmpty() || (withoutProtocols && offered.isEmpty())) {
                return true;
            }
            for (int i = 0; i < offered.size(); i++) {
                if (protocols.contains(offered.get(i))) {
                    return true;
                }
            }
            return false;
        }

        private int rank() {
            return protocols.isEmpty() ? 2 : withoutProtocols ? 1 : 0;
        }
    }

    private final Map<String, List<Entry<T>>> exact;
    private final Map<String, List<Entry<T>>> oneLabel;
    private final List<Entry<T>> any;

    private ServerNameTable(
            Map<String, List<Entry<T>>> exact,
            Map<String, List<Entry<T>>> oneLabel,
            List<Entry<T>> any) {
        this.exact = Map.copyOf(exact);
        this.oneLabel = Map.copyOf(oneLabel);
        this.any = List.copyOf(any);
    }

    /** The table of these; of equals, the earlier one is found. */
    public static <T> ServerNameTable<T> of(List<Entry<T>> entries) {
        Map<String, List<Entry<T>>> exact = new HashMap<>();
        Map<String, List<Entry<T>>> oneLabel = new HashMap<>();
        List<Entry<T>> any = new ArrayList<>();
        for (Entry<T> entry : entries) {
            List<Entry<T>> list =
                    switch (entry.name().kind()) {
                        case EXACT ->
                                exact.computeIfAbsent(
                                        entry.name().suffix(), _ -> new ArrayList<>());
                        case ONE_LABEL ->
                                oneLabel.computeIfAbsent(
                                        entry.name().suffix(), _ -> new ArrayList<>());
                        case ANY -> any;
                        case LABELS ->
                                throw new IllegalArgumentException(
                                        entry.name() + " (expected: exact, one label or any)");
                    };
            list.add(entry);
        }
        Comparator<Entry<T>> order = Comparator.comparingInt(Entry::rank);
        exact.values().forEach(list -> list.sort(order));
        oneLabel.values().forEach(list -> list.sort(order));
        any.sort(order);
        return new ServerNameTable<>(exact, oneLabel, any);
    }

    /**
     * Who a hello is for; null when nobody is after it.
     *
     * @param name in lower case, without a trailing dot; null when the client named nobody
     * @param offered the protocols of the client; empty when it did not say
     */
    public @Nullable T find(@Nullable String name, List<String> offered) {
        T found = null;
        if (name != null) {
            found = first(exact.get(name), offered);
            int dot = name.indexOf('.');
            if (found == null && dot > 0) {
                found = first(oneLabel.get(name.substring(dot + 1)), offered);
            }
        }
        return found == null ? first(any, offered) : found;
    }

    private @Nullable T first(@Nullable List<Entry<T>> list, List<String> offered) {
        if (list != null) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).fits(offered)) {
                    return list.get(i).payload();
                }
            }
        }
        return null;
    }
}
