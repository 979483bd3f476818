package dev.sallyport.core.listen.quic;

import io.netty.handler.codec.quic.QuicChannel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what a client says now may be a replay: it came with 0-RTT, and the client has not yet
 * shown that it takes part in this very handshake (RFC 8446 8, RFC 9001 9.2).
 *
 * <p>Netty holds a handshake for done as soon as the server may speak, which with 0-RTT is before
 * the client's Finished, and tells clients alone of early data. The native library knows, so it is
 * asked past Netty; where that is not possible, no early data is taken.
 */
final class EarlyData {
    private static final Logger log = LoggerFactory.getLogger(EarlyData.class);
    private static final String PACKAGE = "io.netty.handler.codec.quic.";
    private static final @Nullable EarlyData KNOWN = find();

    private final MethodHandle connection;
    private final MethodHandle isFreed;
    private final MethodHandle address;
    private final MethodHandle isEarly;

    private EarlyData(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
        Class<?> channelType = Class.forName(PACKAGE + "QuicheQuicChannel");
        Class<?> connectionType = Class.forName(PACKAGE + "QuicheQuicConnection");
        Class<?> library = Class.forName(PACKAGE + "Quiche");
        connection =
                MethodHandles.privateLookupIn(channelType, lookup)
                        .findGetter(channelType, "connection", connectionType)
                        .asType(MethodType.methodType(Object.class, Object.class));
        MethodHandles.Lookup inside = MethodHandles.privateLookupIn(connectionType, lookup);
        isFreed =
                inside.findVirtual(connectionType, "isFreed", MethodType.methodType(boolean.class))
                        .asType(MethodType.methodType(boolean.class, Object.class));
        address =
                inside.findVirtual(connectionType, "address", MethodType.methodType(long.class))
                        .asType(MethodType.methodType(long.class, Object.class));
        isEarly =
                MethodHandles.privateLookupIn(library, lookup)
                        .findStatic(
                                library,
                                "quiche_conn_is_in_early_data",
                                MethodType.methodType(boolean.class, long.class));
    }

    private static @Nullable EarlyData find() {
        try {
            return new EarlyData(MethodHandles.lookup());
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn(
                    "no 0-RTT: this version of Netty does not let it be told reason={}",
                    e.toString());
            return null;
        }
    }

    /** Whether early data can be told from other data at all. */
    static boolean isKnown() {
        return KNOWN != null;
    }

    /** Of a connection, at this moment; true when it cannot be known. On its loop. */
    static boolean isEarly(QuicChannel channel) {
        EarlyData known = KNOWN;
        return known == null || known.ask(channel);
    }

    private boolean ask(QuicChannel channel) {
        try {
            Object wrapped = connection.invokeExact((Object) channel);
            return wrapped == null
                    || (boolean) isFreed.invokeExact(wrapped)
                    || (boolean) isEarly.invokeExact((long) address.invokeExact(wrapped));
        } catch (Throwable e) {
            throw new IllegalStateException("the state of a QUIC connection cannot be read", e);
        }
    }
}
