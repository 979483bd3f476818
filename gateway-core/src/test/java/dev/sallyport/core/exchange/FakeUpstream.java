package dev.sallyport.core.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An upstream of one endpoint that is connected at once; keeps what it is sent. */
public final class FakeUpstream implements Upstream {
    private final List<Call> calls = new ArrayList<>();

    /** The requests that came, oldest first. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** The only request that came. */
    public Call call() {
        if (calls.size() != 1) {
            throw new IllegalStateException(calls.size() + " calls (expected: 1)");
        }
        return calls.getFirst();
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public int metric() {
        return 0;
    }

    @Override
    public Attempt open(Exchange exchange) {
        Call call = new Call(exchange);
        calls.add(call);
        exchange.onConnected(call);
        return Attempt.SETTLED;
    }

    /** One request as the endpoint got it. */
    public static final class Call implements UpstreamCall {
        private final Exchange exchange;
        private final List<String> fields = new ArrayList<>();
        private final StringBuilder body = new StringBuilder();
        private boolean isEnded;
        private boolean isCancelled;
        private boolean isWritable = true;

        private Call(Exchange exchange) {
            this.exchange = exchange;
        }

        /** The values of a field of the request, its name in any case. */
        public List<String> values(String name) {
            return FakeHead.values(fields, name);
        }

        public String bodyText() {
            return body.toString();
        }

        public boolean isEnded() {
            return isEnded;
        }

        public boolean isCancelled() {
            return isCancelled;
        }

        /** Makes the endpoint slow, or quick again. */
        public void writable(boolean writable) {
            isWritable = writable;
        }

        /** Answers with a whole head, given as lines, and an empty body. */
        public void answer(String statusLine, String... lines) {
            ResponseHead head = new ResponseHead();
            String text = statusLine + "\r\n" + String.join("\r\n", lines);
            ByteBuf bytes =
                    Unpooled.copiedBuffer(
                            text + (lines.length == 0 ? "\r\n" : "\r\n\r\n"), US_ASCII);
            head.feed(bytes, HeadLimits.DEFAULT, exchange.head().method());
            bytes.release();
            exchange.onResponseHead(head);
            exchange.onResponseEnd(null);
        }

        @Override
        public void send() {
            fields.addAll(FakeHead.lines(exchange.head().fields()));
        }

        @Override
        public void body(ByteBuf data) {
            body.append(data.toString(ISO_8859_1));
            data.release();
        }

        @Override
        public void end(@Nullable FieldTable trailers) {
            isEnded = true;
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return isWritable;
        }

        @Override
        public void demand(boolean wanted) {}

        @Override
        public void cancel() {
            isCancelled = true;
        }

        @Override
        public Mouth upgrade() {
            throw new IllegalStateException("upgrade (expected: an endpoint with a channel)");
        }

        @Override
        public String endpoint() {
            return "fake:1";
        }

        @Override
        public boolean isReused() {
            return false;
        }
    }
}
