package dev.sallyport.core.upstream.h2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldSection;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.HeadLimits;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;

/** Fields between the codec, which has them as texts, and our tables of bytes. */
final class Fields {
    private static final AsciiString[] NAMES = new AsciiString[64];

    static {
        for (int id = 0; id < NAMES.length; id++) {
            NAMES[id] = AsciiString.EMPTY_STRING;
        }
        for (int id = Field.OTHER; id <= Field.AGE; id++) {
            byte[] name = Field.name(id);
            NAMES[id] = AsciiString.cached(new String(name, US_ASCII).toLowerCase(Locale.ROOT));
        }
    }

    private Fields() {}

    /** Gives {@code section} all that was decoded; it judges each. */
    static void read(Http2Headers from, FieldSection section, HeadLimits limits) {
        for (Map.Entry<CharSequence, CharSequence> entry : from) {
            AsciiString name = AsciiString.of(entry.getKey());
            AsciiString value = AsciiString.of(entry.getValue());
            section.take(
                    name.array(),
                    name.arrayOffset(),
                    name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.length(),
                    limits);
        }
    }

    /** The live fields of a table, copied: the codec keeps some of them in its own table. */
    static void write(FieldTable from, Http2Headers to) {
        byte[] bytes = from.bytes();
        int count = from.count();
        for (int i = 0; i < count; i++) {
            if (from.isRemoved(i)) {
                continue;
            }
            AsciiString name = NAMES[from.id(i)];
            if (name.isEmpty()) {
                // RFC 9113 8.2.1: names are lower case on this wire.
                name = text(bytes, from.nameOffset(i), from.nameLength(i)).toLowerCase();
            }
            to.add(name, text(bytes, from.valueOffset(i), from.valueLength(i)));
        }
    }

    static Http2Headers section(int expected) {
        // Whatever enters was checked by our own tables.
        return new DefaultHttp2Headers(false, expected);
    }

    /** A copy of a range. */
    static AsciiString text(byte[] bytes, int offset, int length) {
        return new AsciiString(bytes, offset, length, true);
    }
}
