package dev.sallyport.core.downstream.http3;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** What the HTTP/3 connections of one loop share: memory that is used within one call. */
public final class Http3Tools {
    private final FieldReader reader = new FieldReader();
    private final FieldWriter writer = new FieldWriter();
    private byte[] section = new byte[4096];

    FieldReader reader() {
        return reader;
    }

    FieldWriter writer() {
        return writer;
    }

    /** Takes {@code length} bytes of {@code in} into an array that is valid until the next call. */
    byte[] take(ByteBuf in, int length) {
        if (section.length < length) {
            section = Arrays.copyOf(section, Math.max(length, section.length * 2));
        }
        in.readBytes(section, 0, length);
        return section;
    }
}
