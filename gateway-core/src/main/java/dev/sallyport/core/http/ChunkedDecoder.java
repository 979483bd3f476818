package dev.sallyport.core.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes a chunked body apart (RFC 9112 7.1), strictly; extensions are checked and dropped, trailers
 * kept by rule.
 *
 * <p>One per connection, reused by {@link #reset()}.
 */
public final class ChunkedDecoder {
    private enum State {
        SIZE,
        EXTENSION_NAME,
        EXTENSION_VALUE_START,
        EXTENSION_VALUE,
        QUOTED,
        QUOTED_PAIR,
        QUOTED_END,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        END,
        MALFORMED
    }

    private static final int MOST_DIGITS = 16;
    private static final int LONGEST_EXTENSION = 256;
    private static final int LONGEST_EXTENSIONS = 8 * 1024;

    private final HeadLimits limits;
    private final FieldTable trailers = new FieldTable();
    private final HeadLines lines = new HeadLines(trailers);

    private State state = State.SIZE;
    private @Nullable Malformed malformed;
    private long size;
    private int digits;
    private int extension;
    private int extensions;
    private boolean named;

    public ChunkedDecoder(HeadLimits limits) {
        this.limits = limits;
    }

    /** Makes the decoder ready for the next body. */
    public void reset() {
        trailers.clear();
        lines.reset();
        state = State.SIZE;
        malformed = null;
        size = 0;
        digits = 0;
        extension = 0;
        extensions = 0;
        named = false;
    }

    /**
     * The next piece of data, a retained slice of {@code in} that the caller releases; null when
     * {@code in} has no more, at the end of the body, or when the body is malformed. Leaves {@code
     * in} at the first byte behind the body.
     */
    public @Nullable ByteBuf next(ByteBuf in) {
        while (state != State.END && state != State.MALFORMED) {
            if (state == State.TRAILERS) {
                if (!trailers(in)) {
                    return null;
                }
                continue;
            }
            int readable = in.readableBytes();
            if (readable == 0) {
                return null;
            }
            if (state == State.DATA) {
                int piece = (int) Math.min(size, readable);
                size -= piece;
                if (size == 0) {
                    state = State.DATA_CR;
                }
                return in.readRetainedSlice(piece);
            }
            Malformed refusal = take(in.readByte());
            if (refusal != null) {
                refuse(refusal);
            }
        }
        return null;
    }

    private @Nullable Malformed take(byte b) {
        return switch (state) {
            case SIZE -> size(b);
            case SIZE_LF -> b == Octets.LF ? become(afterSize()) : Malformed.BARE_CR;
            case DATA_CR -> b == Octets.CR ? become(State.DATA_LF) : Malformed.BAD_CHUNK_END;
            case DATA_LF -> b == Octets.LF ? become(State.SIZE) : Malformed.BAD_CHUNK_END;
            default -> extension(b);
        };
    }

    private State afterSize() {
        digits = 0;
        return size == 0 ? State.TRAILERS : State.DATA;
    }

    private @Nullable Malformed size(byte b) {
        int digit = Octets.HEX[b & 0xff];
        if (digit >= 0) {
            size = (size << 4) | digit;
            digits++;
            return digits > MOST_DIGITS || size < 0 ? Malformed.CHUNK_SIZE_OVERFLOW : null;
        }
        if (digits == 0) {
            return b == Octets.LF ? Malformed.BARE_LF : Malformed.BAD_CHUNK_SIZE;
        }
        extension = 0;
        return switch (b) {
            case Octets.CR -> become(State.SIZE_LF);
            case Octets.LF -> Malformed.BARE_LF;
            case ';' -> become(State.EXTENSION_NAME);
            default -> Malformed.BAD_CHUNK_SIZE;
        };
    }

    /** RFC 9112 7.1.1, without the blanks that only bad senders write. */
    private @Nullable Malformed extension(byte b) {
        extension++;
        extensions++;
        if (extension > LONGEST_EXTENSION || extensions > LONGEST_EXTENSIONS) {
            return Malformed.CHUNK_EXTENSION_TOO_LARGE;
        }
        boolean token = Octets.TOKEN[b & 0xff] != 0;
        return switch (state) {
            case EXTENSION_NAME -> {
                if (token) {
                    named = true;
                    yield null;
                }
                if (!named) {
                    yield refusedExtension(b);
                }
                yield b == '=' ? become(State.EXTENSION_VALUE_START) : endExtension(b);
            }
            case EXTENSION_VALUE_START -> {
                if (b == '"') {
                    yield become(State.QUOTED);
                }
                yield token ? become(State.EXTENSION_VALUE) : refusedExtension(b);
            }
            case EXTENSION_VALUE -> token ? null : endExtension(b);
            case QUOTED -> {
                if (b == '"') {
                    yield become(State.QUOTED_END);
                }
                if (b == '\\') {
                    yield become(State.QUOTED_PAIR);
                }
                yield isQuotable(b) ? null : refusedExtension(b);
            }
            case QUOTED_PAIR -> isQuotable(b) ? become(State.QUOTED) : refusedExtension(b);
            default -> endExtension(b); // behind the closing quote
        };
    }

    private static boolean isQuotable(byte b) {
        return b == Octets.TAB || (b >= Octets.SP && b != 0x7f);
    }

    private @Nullable Malformed endExtension(byte b) {
        named = false;
        return switch (b) {
            case ';' -> become(State.EXTENSION_NAME);
            case Octets.CR -> become(State.SIZE_LF);
            default -> refusedExtension(b);
        };
    }

    private static Malformed refusedExtension(byte b) {
        return b == Octets.LF ? Malformed.BARE_LF : Malformed.BAD_CHUNK_EXTENSION;
    }

    private @Nullable Malformed become(State nextState) {
        state = nextState;
        return null;
    }

    /** Reads trailer lines; false when {@code in} has no more. */
    private boolean trailers(ByteBuf in) {
        int end = lines.next(in, limits.trailerBytes(), limits.trailerBytes());
        if (end == HeadLines.MORE) {
            return false;
        }
        if (end < 0) {
            Malformed refusal = lines.refusal();
            refuse(refusal == null ? Malformed.TRAILERS_TOO_LARGE : refusal);
        } else if (lines.start() == end) {
            lines.giveBack(in);
            state = State.END;
        } else {
            trailer(lines.start(), end);
        }
        return true;
    }

    private void trailer(int start, int end) {
        Malformed refusal = lines.field(start, end, Octets.PLAIN_NAME, 0, limits.fields());
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        int field = trailers.count() - 1;
        int name = trailers.nameOffset(field);
        // RFC 9110 6.5.1: a recipient must not take framing, routing or authentication from here.
        if (Field.isForbiddenInTrailers(
                trailers.id(field), trailers.bytes(), name, trailers.nameLength(field))) {
            trailers.remove(field);
        }
    }

    private void refuse(Malformed refusal) {
        malformed = refusal;
        state = State.MALFORMED;
    }

    /** Whether the body and its trailers are complete. */
    public boolean isEnd() {
        return state == State.END;
    }

    /** Why the body was refused; null while it is well-formed. */
    public @Nullable Malformed malformed() {
        return malformed;
    }

    /** The trailers, complete at the end; those that RFC 9110 6.5.1 forbids are removed. */
    public FieldTable trailers() {
        return trailers;
    }
}
