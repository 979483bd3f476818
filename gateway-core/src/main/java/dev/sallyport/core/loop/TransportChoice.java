package dev.sallyport.core.loop;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transport in use and why it is this one, said at start and in the status. */
public record TransportChoice(Transport transport, String reason) {

    /**
     * The fastest transport that really moves a byte on this machine. Blocks; a control thread
     * calls it.
     */
    public static TransportChoice auto() {
        List<String> refused = new ArrayList<>();
        for (Transport transport : List.of(Transport.IO_URING, Transport.EPOLL)) {
            String problem = TransportProbe.problem(transport);
            if (problem == null) {
                refused.addFirst("fastest that works");
                return new TransportChoice(transport, String.join("; ", refused));
            }
            refused.add(transport.word() + ": " + problem);
        }
        refused.addFirst("works everywhere");
        return new TransportChoice(Transport.NIO, String.join("; ", refused));
    }

    /**
     * The transport an operator asked for by name. Blocks; a control thread calls it.
     *
     * @throws IllegalStateException when it does not work here: a silent fall-back would hide the
     *     slower one
     */
    public static TransportChoice of(Transport transport) {
        @Nullable String problem = TransportProbe.problem(transport);
        if (problem != null) {
            throw new IllegalStateException(
                    "transport: "
                            + transport.word()
                            + " (unusable here: "
                            + problem
                            + "; expected: auto)");
        }
        return new TransportChoice(transport, "asked for by the configuration");
    }
}
