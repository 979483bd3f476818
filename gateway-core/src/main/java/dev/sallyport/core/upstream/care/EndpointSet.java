package dev.sallyport.core.upstream.care;

import dev.sallyport.config.model.Upstream;
import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.IpAddress;
import dev.sallyport.core.upstream.Endpoint;
import dev.sallyport.core.upstream.HttpUpstream;
import dev.sallyport.core.upstream.care.Lookup.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one upstream: those with an address of their own from the start, those with a
 * name as their addresses become known. An address that stays keeps its endpoint, with pools and
 * health. Their order is that of the configuration, then that of the addresses.
 */
final class EndpointSet {
    private final HttpUpstream live;
    private List<Upstream.Endpoint> declared;
    private final Consumer<Endpoint> newcomer;
    private final List<Map<Family, List<InetAddress>>> resolved = new ArrayList<>();
    private Map<Place, Endpoint> endpoints = new LinkedHashMap<>();
    private final Function<Path, SocketAddress> unixAddress;
    private boolean isClosed;

    /**
     * Gives the upstream its fixed endpoints.
     *
     * @param newcomer sees each new endpoint before the upstream does
     */
    EndpointSet(
            HttpUpstream live,
            List<Upstream.Endpoint> declared,
            Function<Path, SocketAddress> unixAddress,
            Consumer<Endpoint> newcomer) {
        this.live = live;
        this.declared = List.copyOf(declared);
        this.unixAddress = unixAddress;
        this.newcomer = newcomer;
        for (int i = 0; i < declared.size(); i++) {
            resolved.add(new LinkedHashMap<>());
        }
        update();
    }

    /** The name an address of the configuration needs resolved; null when it needs none. */
    static @Nullable String name(EndpointAddress address) {
        return switch (address) {
            case EndpointAddress.Tcp(String host, int _) -> isLiteral(host) ? null : host;
            case EndpointAddress.Tls(String host, int _) -> isLiteral(host) ? null : host;
            case EndpointAddress.Container _, EndpointAddress.Unix _ -> null;
        };
    }

    private static boolean isLiteral(String host) {
        return IpAddress.find(host) != null;
    }

    /** The name in the place {@code index} now has these addresses; true when that is news. */
    synchronized boolean put(int index, Family family, List<InetAddress> addresses) {
        if (isClosed || addresses.equals(resolved.get(index).getOrDefault(family, List.of()))) {
            return false;
        }
        resolved.get(index).put(family, List.copyOf(addresses));
        update();
        return true;
    }

    /** Other endpoints, all of them with addresses of their own; those that stay are kept. */
    synchronized void declare(List<Upstream.Endpoint> next) {
        if (!isClosed) {
            declared = List.copyOf(next);
            update();
        }
    }

    /** Nothing changes after this. */
    synchronized void close() {
        isClosed = true;
    }

    synchronized List<Endpoint> all() {
        return List.copyOf(endpoints.values());
    }

    private void update() {
        Map<Place, Endpoint> next = new LinkedHashMap<>();
        for (int i = 0; i < declared.size(); i++) {
            switch (declared.get(i).address()) {
                case EndpointAddress.Unix(Path path) -> place(next, i, unixAddress.apply(path));
                case EndpointAddress.Tcp(String host, int port) -> place(next, i, host, port);
                case EndpointAddress.Tls(String host, int port) -> place(next, i, host, port);
                case EndpointAddress.Container container -> place(next, i, container);
            }
        }
        endpoints = next;
        live.endpoints(List.copyOf(next.values()));
    }

    private void place(Map<Place, Endpoint> next, int index, String host, int port) {
        byte[] literal = IpAddress.find(host);
        if (literal != null) {
            place(next, index, new InetSocketAddress(IpAddress.toInetAddress(literal), port));
            return;
        }
        for (Family family : Family.values()) {
            for (InetAddress address : resolved.get(index).getOrDefault(family, List.of())) {
                place(next, index, new InetSocketAddress(address, port));
            }
        }
    }

    /** A container is known by what it is, wherever it stands and whoever had its address. */
    private void place(Map<Place, Endpoint> next, int index, EndpointAddress.Container container) {
        byte[] literal = IpAddress.find(container.host());
        if (literal == null) {
            throw new IllegalArgumentException(
                    "endpoint " + container + " (expected: the address of a container)");
        }
        InetAddress address = IpAddress.toInetAddress(literal);
        place(
                next,
                index,
                new Place(declared.get(index), new InetSocketAddress(address, container.port())));
    }

    private void place(Map<Place, Endpoint> next, int index, SocketAddress address) {
        place(next, index, new Place(index, address));
    }

    private void place(Map<Place, Endpoint> next, int index, Place place) {
        Endpoint kept = endpoints.get(place);
        Endpoint endpoint = kept == null ? create(declared.get(index), place.address()) : kept;
        next.put(place, endpoint);
        if (kept == null) {
            newcomer.accept(endpoint);
        }
    }

    private Endpoint create(Upstream.Endpoint from, SocketAddress address) {
        String text = from.address().toString();
        return switch (from.address()) {
            case EndpointAddress.Unix _ ->
                    // RFC 9110 7.2: a unix socket has no authority of its own.
                    endpoint(text, address, "localhost", 0, false, from.weight());
            case EndpointAddress.Tcp(String host, int port) ->
                    endpoint(text(host, address, text), address, host, port, false, from.weight());
            case EndpointAddress.Tls(String host, int port) ->
                    endpoint(text(host, address, text), address, host, port, true, from.weight());
            case EndpointAddress.Container(
                            String name,
                            String _,
                            int port,
                            boolean tls,
                            String _) ->
                    endpoint(text, address, name, port, tls, from.weight());
        };
    }

    private Endpoint endpoint(
            String text, SocketAddress address, String host, int port, boolean tls, int weight) {
        return new Endpoint(text, address, host, port, tls, weight, live.loops(), live.settings());
    }

    /** A name with its address: {@code app/10.0.0.5:8080}. */
    private static String text(String host, SocketAddress address, String otherwise) {
        if (isLiteral(host) || !(address instanceof InetSocketAddress resolved)) {
            return otherwise;
        }
        String literal = IpAddress.format(resolved.getAddress().getAddress());
        return host
                + "/"
                + (literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal)
                + ":"
                + resolved.getPort();
    }

    /** What an endpoint is known by: its number in the configuration, or what it is. */
    private record Place(Object subject, SocketAddress address) {}
}
