package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;
import java.util.List;

/**
 * An engine that was asked, and its host.
 *
 * @param product {@code Docker} or {@link #PODMAN}
 * @param version such as {@code 28.5.2}
 * @param listening TCP addresses it was told to listen on, each with whether TLS is asked for
 * @param isUfwOn whether the host's UFW is switched on
 * @param isUfwAware whether UFW's rules have a chain for what the engine forwards
 */
public record Engine(
        Place place,
        String product,
        String version,
        boolean isRootless,
        List<Setting> listening,
        boolean isUfwOn,
        boolean isUfwAware) {
    public static final String PODMAN = "Podman";

    /**
     * From this Docker on a port at loopback cannot be reached by way of the container's address.
     */
    private static final int CLOSES_DIRECT_WAY = 28;

    public Engine {
        listening = List.copyOf(listening);
    }

    /** The first number of its version; 0 when it has none. */
    public int major() {
        var first = version.split("\\.", 2)[0];
        return first.matches("[0-9]{1,4}") ? Integer.parseInt(first) : 0;
    }

    public boolean isPodman() {
        return product.equals(PODMAN);
    }

    /** Such as {@code Docker 28.5.2}. */
    public String title() {
        return product + " " + version;
    }

    public boolean closesDirectWay() {
        return !isPodman() && major() >= CLOSES_DIRECT_WAY;
    }
}
