package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;

/**
 * A port of a container that the host forwards to it.
 *
 * @param written as it was written, for people
 * @param hostAddress empty for every address
 * @param hostPort a port, a range such as {@code 8000-8010}, or empty for one that the engine picks
 * @param port of the container, or a range
 * @param protocol {@code tcp}, {@code udp} or {@code sctp}
 */
public record PublishedPort(
        Place place,
        String written,
        String hostAddress,
        String hostPort,
        String port,
        String protocol) {
    /** Whether only the host itself is meant to reach it. */
    public boolean isLoopback() {
        return hostAddress.startsWith("127.")
                || hostAddress.equals("::1")
                || hostAddress.equals("localhost");
    }

    /** Whether it is open at every address of the host. */
    public boolean isEverywhere() {
        return hostAddress.isEmpty()
                || hostAddress.equals("0.0.0.0")
                || hostAddress.equals("::")
                || hostAddress.equals("*");
    }

    /** The container's side: {@code 5432/tcp}. */
    public String target() {
        return port + "/" + protocol;
    }

    /** The host's side: {@code 0.0.0.0:5432/tcp}. */
    public String listening() {
        var address = hostAddress.isEmpty() ? "0.0.0.0" : hostAddress;
        var shown = address.contains(":") ? "[" + address + "]" : address;
        return shown + ":" + (hostPort.isEmpty() ? "*" : hostPort) + "/" + protocol;
    }
}
