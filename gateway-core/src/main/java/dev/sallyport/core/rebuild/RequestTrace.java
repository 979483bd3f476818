package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.observe.log.AccessRecord;
import dev.sallyport.core.observe.trace.TraceContext;
import dev.sallyport.core.observe.trace.TraceIds;

/**
 * The trace that one request belongs to (W3C Trace Context): continued from the client's, or begun
 * here. Made only where tracing is configured; elsewhere the client's fields are passed on as they
 * are.
 */
public final class RequestTrace {
    private static final byte[] TRACEPARENT = "traceparent".getBytes(US_ASCII);

    private final TraceContext context = new TraceContext();
    private final long spanId;
    private final long upstreamSpanId;
    private boolean isForwarded;

    /** Reads the client's trace from {@code fields}, before they are rebuilt. */
    public RequestTrace(FieldTable fields, TraceIds ids) {
        int parent = fields.find(Field.TRACEPARENT);
        // More than one says nothing that can be relied on (Trace Context 3.2.1).
        boolean isContinued =
                parent >= 0
                        && fields.findNext(Field.TRACEPARENT, parent) < 0
                        && context.parse(
                                fields.bytes(),
                                fields.valueOffset(parent),
                                fields.valueLength(parent));
        if (!isContinued) {
            ids.start(context);
            // State without its parent belongs to no trace (Trace Context 3.3.1.4).
            fields.removeAll(Field.TRACESTATE);
        }
        spanId = ids.next();
        upstreamSpanId = ids.next();
    }

    /** Names the edge's own span as the parent of what the endpoint does. */
    public void forward(FieldTable fields) {
        byte[] value = new byte[TraceContext.LENGTH];
        context.write(value, 0, upstreamSpanId);
        fields.removeAll(Field.TRACEPARENT);
        fields.add(TRACEPARENT, value);
        isForwarded = true;
    }

    /** Writes the ids into the access record. */
    public void fill(AccessRecord record) {
        record.traceHigh = context.traceHigh();
        record.traceLow = context.traceLow();
        record.spanId = spanId;
        record.parentSpanId = context.parentSpanId();
        record.upstreamSpanId = isForwarded ? upstreamSpanId : 0;
        record.sampled = context.isSampled();
    }

    /** Whether somebody decided that this trace is worth keeping. */
    public boolean isSampled() {
        return context.isSampled();
    }
}
