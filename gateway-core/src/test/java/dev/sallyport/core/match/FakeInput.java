package dev.sallyport.core.match;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request in one array with offsets, as heads are kept, with rubbish around every piece. */
final class FakeInput implements MatchInput {
    record Field(String name, String value) {}

    private final String method;
    private final String host;
    private final String path;
    private final String query;
    private final List<Field> fields;
    private final String client;
    private final int listener;
    private final byte[] bytes;
    private final byte[] fieldBytes;

    FakeInput(
            String method,
            String host,
            String path,
            String query,
            List<Field> fields,
            String client,
            int listener) {
        this.method = method;
        this.host = host;
        this.path = path;
        this.query = query;
        this.fields = List.copyOf(fields);
        this.client = client;
        this.listener = listener;
        this.bytes = latin1("#" + method + "#" + host + "#" + path + "#" + query + "#");
        var values = new StringBuilder("#");
        fields.forEach(field -> values.append(field.value()).append('#'));
        this.fieldBytes = latin1(values.toString());
    }

    static FakeInput get(String host, String path) {
        return new FakeInput("GET", host, path, "", List.of(), "192.0.2.1", 0);
    }

    FakeInput withMethod(String other) {
        return new FakeInput(other, host, path, query, fields, client, listener);
    }

    FakeInput withQuery(String other) {
        return new FakeInput(method, host, path, other, fields, client, listener);
    }

    FakeInput withClient(String other) {
        return new FakeInput(method, host, path, query, fields, other, listener);
    }

    FakeInput withListener(int other) {
        return new FakeInput(method, host, path, query, fields, client, other);
    }

    FakeInput withField(String name, String value) {
        var more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new FakeInput(method, host, path, query, more, client, listener);
    }

    static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    String method() {
        return method;
    }

    String host() {
        return host;
    }

    String path() {
        return path;
    }

    String query() {
        return query;
    }

    List<Field> fields() {
        return fields;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int methodOffset() {
        return 1;
    }

    @Override
    public int methodLength() {
        return method.length();
    }

    @Override
    public int hostOffset() {
        return methodOffset() + method.length() + 1;
    }

    @Override
    public int hostLength() {
        return host.length();
    }

    @Override
    public int pathOffset() {
        return hostOffset() + host.length() + 1;
    }

    @Override
    public int pathLength() {
        return path.length();
    }

    @Override
    public int queryOffset() {
        return pathOffset() + path.length() + 1;
    }

    @Override
    public int queryLength() {
        return query.length();
    }

    @Override
    public byte[] fieldBytes() {
        return fieldBytes;
    }

    @Override
    public int findField(byte[] lowerName, int after) {
        var name = new String(lowerName, StandardCharsets.US_ASCII);
        for (int i = after + 1; i < fields.size(); i++) {
            if (fields.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int fieldValueOffset(int index) {
        int offset = 1;
        for (var field : fields.subList(0, index)) {
            offset += field.value().length() + 1;
        }
        return offset;
    }

    @Override
    public int fieldValueLength(int index) {
        return fields.get(index).value().length();
    }

    @Override
    public long clientHigh() {
        return NetworkSet.high(address(client));
    }

    @Override
    public long clientLow() {
        return NetworkSet.low(address(client));
    }

    @Override
    public int listener() {
        return listener;
    }

    @Override
    public String toString() {
        return method + " " + host + path + query;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
