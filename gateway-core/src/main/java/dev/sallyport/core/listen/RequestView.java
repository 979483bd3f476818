package dev.sallyport.core.listen;

import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.match.MatchInput;
import dev.sallyport.core.match.NetworkSet;
import org.jspecify.annotations.Nullable;

/**
 * An exchange's head as the route table wants to see it. One per loop, pointed at one exchange
 * after the other.
 */
final class RequestView implements MatchInput {
    private @Nullable RequestHead head;
    private byte[] client = new byte[4];
    private int listener;

    RequestView of(Exchange exchange, int position) {
        head = exchange.head();
        client = exchange.client().raw();
        listener = position;
        return this;
    }

    private RequestHead head() {
        RequestHead present = head;
        if (present == null) {
            throw new IllegalStateException("looked at before it was pointed at an exchange");
        }
        return present;
    }

    @Override
    public byte[] bytes() {
        return head().bytes();
    }

    @Override
    public int hostOffset() {
        return head().hostOffset();
    }

    @Override
    public int hostLength() {
        return head().hostLength();
    }

    @Override
    public int pathOffset() {
        return head().pathOffset();
    }

    @Override
    public int pathLength() {
        return head().pathLength();
    }

    @Override
    public int queryOffset() {
        return head().queryOffset();
    }

    @Override
    public int queryLength() {
        return head().queryLength();
    }

    @Override
    public int methodOffset() {
        return head().methodOffset();
    }

    @Override
    public int methodLength() {
        return head().methodLength();
    }

    @Override
    public byte[] fieldBytes() {
        return head().fields().bytes();
    }

    @Override
    public int findField(byte[] lowerName, int after) {
        FieldTable fields = head().fields();
        return after < 0 ? fields.find(lowerName) : fields.findNext(lowerName, after);
    }

    @Override
    public int fieldValueOffset(int index) {
        return head().fields().valueOffset(index);
    }

    @Override
    public int fieldValueLength(int index) {
        return head().fields().valueLength(index);
    }

    @Override
    public long clientHigh() {
        return NetworkSet.high(client);
    }

    @Override
    public long clientLow() {
        return NetworkSet.low(client);
    }

    @Override
    public int listener() {
        return listener;
    }
}
