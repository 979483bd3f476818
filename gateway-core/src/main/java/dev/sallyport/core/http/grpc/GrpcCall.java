package dev.sallyport.core.http.grpc;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What an exchange that is a gRPC call knows of itself. Belongs to its event loop. */
public final class GrpcCall {
    private final byte[] contentType;
    private final boolean isWeb;
    private final long allowedNanos;
    private int status = GrpcFields.ABSENT;

    private GrpcCall(byte[] contentType, boolean isWeb, long allowedNanos) {
        this.contentType = contentType;
        this.isWeb = isWeb;
        this.allowedNanos = allowedNanos;
    }

    /** The call that a request with these fields is; null when it is none. */
    public static @Nullable GrpcCall of(FieldTable fields) {
        boolean isWeb = GrpcFields.isWebCall(fields);
        if (!isWeb && !GrpcFields.isCall(fields)) {
            return null;
        }
        int at = fields.find(Field.CONTENT_TYPE);
        int from = fields.valueOffset(at);
        byte[] type = Arrays.copyOfRange(fields.bytes(), from, from + fields.valueLength(at));
        return new GrpcCall(type, isWeb, GrpcFields.timeoutNanos(fields));
    }

    /** Takes notice of how a call ended, where there is one and the fields say so. */
    public static void learn(@Nullable GrpcCall call, @Nullable FieldTable fields) {
        if (call != null && fields != null) {
            int found = GrpcFields.status(fields);
            call.status = found == GrpcFields.ABSENT ? call.status : found;
        }
    }

    /** The type of the request's body, which answers have too. */
    public byte[] contentType() {
        return contentType;
    }

    /** Whether the client speaks gRPC-Web. */
    public boolean isWeb() {
        return isWeb;
    }

    /**
     * What the client allows for the whole call; {@link GrpcFields#ABSENT} when it does not say.
     */
    public long allowedNanos() {
        return allowedNanos;
    }

    /** How the call ended; {@link GrpcFields#ABSENT} when nobody said. */
    public int status() {
        return status;
    }
}
