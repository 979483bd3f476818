package dev.sallyport.core.downstream.http3;

import dev.sallyport.core.observe.reason.ConnectionEnd;
import java.util.Locale;

/** Why a stream or a connection ends (RFC 9114 8.1, RFC 9204 8.3), and the word that logs use. */
enum Http3Error {
    NO_ERROR(0x100),
    INTERNAL_ERROR(0x102),
    STREAM_CREATION_ERROR(0x103),
    CLOSED_CRITICAL_STREAM(0x104),
    FRAME_UNEXPECTED(0x105),
    FRAME_ERROR(0x106),
    EXCESSIVE_LOAD(0x107),
    ID_ERROR(0x108),
    SETTINGS_ERROR(0x109),
    MISSING_SETTINGS(0x10a),
    REQUEST_REJECTED(0x10b),
    REQUEST_CANCELLED(0x10c),
    REQUEST_INCOMPLETE(0x10d),
    MESSAGE_ERROR(0x10e),
    QPACK_DECOMPRESSION_FAILED(0x200),
    QPACK_ENCODER_STREAM_ERROR(0x201),
    QPACK_DECODER_STREAM_ERROR(0x202);

    private final int code;
    private final String reason;

    Http3Error(int code) {
        this.code = code;
        this.reason = "h3-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    int code() {
        return code;
    }

    /** How it is counted when it ends a connection. */
    ConnectionEnd end() {
        return switch (this) {
            case QPACK_DECOMPRESSION_FAILED,
                    QPACK_ENCODER_STREAM_ERROR,
                    QPACK_DECODER_STREAM_ERROR ->
                    ConnectionEnd.COMPRESSION;
            case FRAME_ERROR -> ConnectionEnd.FRAME_SIZE;
            case EXCESSIVE_LOAD -> ConnectionEnd.CONTROL_FRAMES;
            case INTERNAL_ERROR -> ConnectionEnd.BUG;
            default -> ConnectionEnd.PROTOCOL_ERROR;
        };
    }

    /** The constant in kebab case, told to the client. */
    String reason() {
        return reason;
    }
}
