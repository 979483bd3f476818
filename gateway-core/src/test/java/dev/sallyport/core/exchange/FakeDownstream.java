package dev.sallyport.core.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.tunnel.Mouth;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client without a wire: keeps what the exchange tells it. */
public final class FakeDownstream implements Downstream {
    private final List<String> fields = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private int status;
    private int interims;
    private int flushes;
    private boolean isDemanded;
    private boolean isEnded;
    private boolean isWritable = true;
    private @Nullable ProxyError aborted;

    /** The response's status; 0 before there is one. */
    public int status() {
        return status;
    }

    /** The values of a field of the response, its name in any case. */
    public List<String> values(String name) {
        return FakeHead.values(fields, name);
    }

    public String bodyText() {
        return body.toString();
    }

    public int interims() {
        return interims;
    }

    public int flushes() {
        return flushes;
    }

    public boolean isDemanded() {
        return isDemanded;
    }

    public boolean isEnded() {
        return isEnded;
    }

    /** Why the response was cut short; null when it was not. */
    public @Nullable ProxyError aborted() {
        return aborted;
    }

    /** Makes the client slow, or quick again. */
    public void writable(boolean writable) {
        isWritable = writable;
    }

    @Override
    public void demand(boolean wanted) {
        isDemanded = wanted;
    }

    @Override
    public void interim(ResponseHead head) {
        interims++;
    }

    @Override
    public void respond(ResponseHead head) {
        if (status != 0) {
            throw new IllegalStateException("response " + head.status() + " after " + status);
        }
        status = head.status();
        fields.addAll(FakeHead.lines(head.fields()));
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
    public void abort(ProxyError why) {
        aborted = why;
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public boolean isWritable() {
        return isWritable;
    }

    @Override
    public Mouth upgrade(ResponseHead head) {
        throw new IllegalStateException("upgrade (expected: a client with a channel)");
    }
}
