package dev.sallyport.core.relay;

import dev.sallyport.core.admission.ConnectionFilter;
import dev.sallyport.core.rebuild.ClientAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of a TCP or UDP route, in order. */
public record RelayFilters(List<Named> steps) {
    public RelayFilters {
        steps = List.copyOf(steps);
    }

    /** A filter and the name that logs show for it. */
    public record Named(String name, ConnectionFilter filter) {}

    /** The filter that does not let this client in; null when all do. */
    public @Nullable String refuse(ClientAddress client) {
        for (int i = 0; i < steps.size(); i++) {
            Named step = steps.get(i);
            if (!step.filter().admits(client)) {
                return step.name();
            }
        }
        return null;
    }
}
