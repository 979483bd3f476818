package dev.sallyport.core.boot.edge;

import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.RequestHead;
import dev.sallyport.core.match.MatchInput;
import dev.sallyport.core.match.NetworkSet;

/** A parsed head as the route table wants to see it, without a connection behind it. */
record AskedRequest(RequestHead head, byte[] client, int listener) implements MatchInput {
    @Override
    public byte[] bytes() {
        return head.bytes();
    }

    @Override
    public int hostOffset() {
        return head.hostOffset();
    }

    @Override
    public int hostLength() {
        return head.hostLength();
    }

    @Override
    public int pathOffset() {
        return head.pathOffset();
    }

    @Override
    public int pathLength() {
        return head.pathLength();
    }

    @Override
    public int queryOffset() {
        return head.queryOffset();
    }

    @Override
    public int queryLength() {
        return head.queryLength();
    }

    @Override
    public int methodOffset() {
        return head.methodOffset();
    }

    @Override
    public int methodLength() {
        return head.methodLength();
    }

    @Override
    public byte[] fieldBytes() {
        return head.fields().bytes();
    }

    @Override
    public int findField(byte[] lowerName, int after) {
        FieldTable fields = head.fields();
        return after < 0 ? fields.find(lowerName) : fields.findNext(lowerName, after);
    }

    @Override
    public int fieldValueOffset(int index) {
        return head.fields().valueOffset(index);
    }

    @Override
    public int fieldValueLength(int index) {
        return head.fields().valueLength(index);
    }

    @Override
    public long clientHigh() {
        return NetworkSet.high(client);
    }

    @Override
    public long clientLow() {
        return NetworkSet.low(client);
    }
}
