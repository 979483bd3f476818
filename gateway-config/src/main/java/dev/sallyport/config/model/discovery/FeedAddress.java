package dev.sallyport.config.model.discovery;

import dev.sallyport.config.model.value.EndpointAddress;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.config.model.value.Written;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a guard offers its feed.
 *
 * @param path of a unix socket; null for one over the network
 * @param remote where it is over the network; null for a unix socket
 */
@Written(as = "unix:/path or host:port", pattern = "^(unix:/.+|.+:[0-9]{1,5})$")
public record FeedAddress(@Nullable Path path, EndpointAddress.@Nullable Tcp remote) {
    private static final String EXPECTED = "unix:/path or host:port";

    public static FeedAddress parse(String text) {
        EndpointAddress address;
        try {
            address = EndpointAddress.parse(text);
        } catch (InvalidValue _) {
            throw new InvalidValue(text, EXPECTED);
        }
        return switch (address) {
            case EndpointAddress.Unix(var path) -> new FeedAddress(path, null);
            case EndpointAddress.Tcp tcp when !text.contains("/") -> new FeedAddress(null, tcp);
            default -> throw new InvalidValue(text, EXPECTED);
        };
    }

    public boolean isRemote() {
        return remote != null;
    }

    @Override
    public String toString() {
        return path == null ? String.valueOf(remote) : "unix:" + path;
    }
}
