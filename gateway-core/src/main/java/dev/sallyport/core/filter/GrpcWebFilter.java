package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.http.grpc.GrpcFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Lets browsers call gRPC servers: gRPC-Web, binary or as text, becomes gRPC, and the trailers of
 * the answer become the last frame of its body ({@code PROTOCOL-WEB.md} of gRPC).
 */
final class GrpcWebFilter implements Filter {
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(US_ASCII);
    private static final byte[] GRPC = "application/grpc".getBytes(US_ASCII);
    private static final String WEB = "application/grpc-web";
    private static final String TEXT = "application/grpc-web-text";

    /** Settings. */
    @Named("grpc-web")
    @Doc(
            "Translates calls of gRPC-Web (application/grpc-web and application/grpc-web-text) into"
                    + " gRPC, and the answers back. All other requests pass unchanged.")
    record Config() implements FilterConfig {
        @Override
        public Filter create() {
            return new GrpcWebFilter();
        }
    }

    private GrpcWebFilter() {}

    @Override
    public Verdict onRequest(Exchange exchange) {
        FieldTable fields = exchange.head().fields();
        if (GrpcFields.isWebCall(fields) && !(exchange.translation() instanceof Call)) {
            String type = fields.value(fields.find(Field.CONTENT_TYPE));
            boolean isText = type.regionMatches(true, 0, TEXT, 0, TEXT.length());
            String format = type.substring(isText ? TEXT.length() : WEB.length());
            fields.set(CONTENT_TYPE, ("application/grpc" + format).getBytes(US_ASCII));
            if (isText && exchange.head().hasBody()) {
                exchange.head().unknownLength();
            }
            exchange.translate(new Call(type, isText));
        }
        return Verdict.CONTINUE;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        if (exchange.translation() instanceof Call call) {
            call.answered(head);
        }
    }

    /** One call on its way. */
    private static final class Call implements Translation {
        private static final int TRAILERS = 0x80;
        private static final int PREFIX = 5;

        private final String asked;
        private final boolean isText;
        private final Decoder decoder = new Decoder();
        private boolean isGrpc;

        Call(String asked, boolean isText) {
            this.asked = asked;
            this.isText = isText;
        }

        /** What is no gRPC, such as the page of another proxy, goes back as it is. */
        void answered(ResponseHead head) {
            FieldTable fields = head.fields();
            if (!GrpcFields.isCall(fields)) {
                return;
            }
            isGrpc = true;
            String type = fields.value(fields.find(Field.CONTENT_TYPE));
            String format = type.substring(GRPC.length);
            // Servers often leave the format out: then it is the one of the request.
            String told = format.isEmpty() ? asked : (isText ? TEXT : WEB) + format;
            fields.set(CONTENT_TYPE, told.getBytes(US_ASCII));
            if (head.hasBody()) {
                head.unknownLength();
            }
        }

        @Override
        public @Nullable ByteBuf request(ByteBuf data) {
            return isText ? decoder.decode(data) : data;
        }

        @Override
        public boolean mayRequestEnd() {
            return decoder.isWhole();
        }

        @Override
        public ByteBuf response(ByteBuf data) {
            return isGrpc && isText ? encoded(data) : data;
        }

        @Override
        public @Nullable ByteBuf end(@Nullable FieldTable trailers) {
            if (!isGrpc || trailers == null) {
                return null;
            }
            ByteBuf frame = Unpooled.buffer(PREFIX + 64);
            frame.writeByte(TRAILERS).writeInt(0);
            for (int i = 0; i < trailers.count(); i++) {
                if (!trailers.isRemoved(i)) {
                    write(trailers, i, frame);
                }
            }
            frame.setInt(1, frame.readableBytes() - PREFIX);
            return isText ? encoded(frame) : frame;
        }

        /** Names in lower case, whatever the endpoint wrote. */
        private static void write(FieldTable fields, int i, ByteBuf to) {
            byte[] bytes = fields.bytes();
            int from = fields.nameOffset(i);
            for (int at = from; at < from + fields.nameLength(i); at++) {
                byte b = bytes[at];
                to.writeByte(b >= 'A' && b <= 'Z' ? b | 0x20 : b);
            }
            to.writeByte(':').writeByte(' ');
            to.writeBytes(bytes, fields.valueOffset(i), fields.valueLength(i));
            to.writeByte('\r').writeByte('\n');
        }

        /** Each piece is padded for itself, so that a message never waits for the next one. */
        private static ByteBuf encoded(ByteBuf data) {
            try {
                byte[] bytes = new byte[data.readableBytes()];
                data.readBytes(bytes);
                return Unpooled.wrappedBuffer(Base64.getEncoder().encode(bytes));
            } finally {
                data.release();
            }
        }
    }

    /** Base64 (RFC 4648 4) that comes in pieces, each perhaps padded for itself. */
    private static final class Decoder {
        private static final int PAD = -2;

        private int held;
        private int digits;
        private int pads;

        boolean isWhole() {
            return digits == 0;
        }

        @Nullable ByteBuf decode(ByteBuf data) {
            try {
                int length = data.readableBytes();
                ByteBuf out = data.alloc().buffer(length / 4 * 3 + 3);
                while (data.isReadable()) {
                    if (!take(value(data.readByte()), out)) {
                        out.release();
                        return null;
                    }
                }
                return out;
            } finally {
                data.release();
            }
        }

        private boolean take(int value, ByteBuf out) {
            boolean isPad = value == PAD;
            if ((value < 0 && !isPad) || (isPad && digits < 2) || (!isPad && pads > 0)) {
                return false;
            }
            held = held << 6 | (isPad ? 0 : value);
            pads += isPad ? 1 : 0;
            if (++digits == 4) {
                for (int i = 0; i < 3 - pads; i++) {
                    out.writeByte(held >> (16 - 8 * i));
                }
                held = 0;
                digits = 0;
                pads = 0;
            }
            return true;
        }

        private static int value(byte b) {
            if (b >= 'A' && b <= 'Z') {
                return b - 'A';
            }
            if (b >= 'a' && b <= 'z') {
                return b - 'a' + 26;
            }
            if (b >= '0' && b <= '9') {
                return b - '0' + 52;
            }
            return switch (b) {
                case '+' -> 62;
                case '/' -> 63;
                case '=' -> PAD;
                default -> -1;
            };
        }
    }
}
