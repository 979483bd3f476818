package dev.sallyport.core.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of gRPC-Web to a gRPC server that knows nothing of it. */
class GrpcWebIT {
    private static final String SERVICE = "/grpc.testing.TestService/";
    private static final int TRAILERS = 0x80;

    @TempDir private Path folder;

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private Server server;
    private RunningEdge edge;

    @BeforeEach
    void start() throws Exception {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                        .addService(new TestServiceImpl(executor))
                        .build()
                        .start();
        String upstream =
                "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(server.getPort());
        edge = RunningEdge.start(folder, upstream);
        edge.reload(upstream, "filters: [{grpc-web: {}}]");
    }

    @AfterEach
    void end() {
        edge.close();
        server.shutdownNow();
        executor.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc-web",
                "application/grpc-web+proto",
                "application/grpc-web-text",
                "application/grpc-web-text+proto"
            })
    void callsAndHearsTheEnd(String type) throws Exception {
        var payload = Payload.newBuilder().setBody(ByteString.copyFromUtf8("x".repeat(100_000)));
        var request =
                SimpleRequest.newBuilder().setResponseSize(200_000).setPayload(payload).build();

        Answer answer = call("UnaryCall", type, frame(request));

        assertThat(answer.head())
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\ncontent-type: " + type + "\r\n", "\r\ntransfer-encoding: chunked")
                .doesNotContain("content-length", "grpc-status");
        assertThat(answer.frames()).hasSize(2);
        var response = SimpleResponse.parseFrom(answer.frames().getFirst().data());
        assertThat(response.getPayload().getBody().size()).isEqualTo(200_000);
        assertThat(answer.frames().getLast().flags()).isEqualTo(TRAILERS);
        assertThat(answer.frames().getLast().text()).isEqualTo("grpc-status: 0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc-web+proto", "application/grpc-web-text+proto"})
    void hearsEachMessageOfAStream(String type) throws Exception {
        var request = StreamingOutputCallRequest.newBuilder();
        for (int size = 1; size <= 20; size++) {
            request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
        }

        Answer answer = call("StreamingOutputCall", type, frame(request.build()));

        assertThat(answer.frames()).hasSize(21);
        for (int i = 0; i < 20; i++) {
            byte[] data = answer.frames().get(i).data();
            assertThat(StreamingOutputCallResponse.parseFrom(data).getPayload().getBody().size())
                    .isEqualTo(i + 1);
        }
        assertThat(answer.frames().getLast().text()).isEqualTo("grpc-status: 0\r\n");
    }

    @Test
    void hearsWhyACallFailed() throws Exception {
        var status = EchoStatus.newBuilder().setCode(9).setMessage("not now");
        var request = SimpleRequest.newBuilder().setResponseStatus(status).build();

        Answer answer = call("UnaryCall", "application/grpc-web+proto", frame(request));

        // The server says so in its head: a client of gRPC-Web looks there as well.
        assertThat(answer.head() + answer.text())
                .contains("grpc-status: 9\r\n", "grpc-message: not now\r\n");
    }

    @Test
    void takesTextThatIsPaddedInItsMiddle() throws Exception {
        byte[] frame = frame(Empty.getDefaultInstance());
        var encoder = Base64.getEncoder();
        String text =
                encoder.encodeToString(new byte[] {frame[0]})
                        + encoder.encodeToString(new byte[] {frame[1], frame[2]})
                        + encoder.encodeToString(new byte[] {frame[3], frame[4]});

        Answer answer =
                send("EmptyCall", "application/grpc-web-text", text.getBytes(ISO_8859_1), true);

        assertThat(answer.frames().getLast().text()).isEqualTo("grpc-status: 0\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA*AAA", "AAAAAA", "A===", "AA=AAAAA", "AAAAA"})
    void refusesWhatIsNoText(String text) throws Exception {
        Answer answer =
                send("EmptyCall", "application/grpc-web-text", text.getBytes(ISO_8859_1), true);

        assertThat(answer.head())
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\ngrpc-status: 13\r\n", "\r\ngrpc-message: bad request\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc-webb", "application/grpc-web-texts", "text/plain"})
    void leavesOtherRequestsAlone(String type) throws Exception {
        Answer answer = send("EmptyCall", type, new byte[5], false);

        // The server of the suite answers what is no gRPC so, without a frame.
        assertThat(answer.head()).startsWith("HTTP/1.1 415 ");
    }

    private static byte[] frame(MessageLite message) {
        byte[] data = message.toByteArray();
        return ByteBuffer.allocate(5 + data.length)
                .put((byte) 0)
                .putInt(data.length)
                .put(data)
                .array();
    }

    private Answer call(String method, String type, byte[] frame) throws IOException {
        boolean isText = type.contains("-text");
        return send(method, type, isText ? Base64.getEncoder().encode(frame) : frame, isText);
    }

    private Answer send(String method, String type, byte[] body, boolean isText)
            throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            out.write(
                    """
                    POST %s%s HTTP/1.1\r
                    host: a.test\r
                    content-type: %s\r
                    content-length: %d\r
                    x-grpc-web: 1\r
                    connection: close\r
                    \r
                    """
                            .formatted(SERVICE, method, type, body.length)
                            .getBytes(ISO_8859_1));
            // In pieces that end in the middle of what makes sense.
            for (int at = 0; at < body.length; at += 1_001) {
                out.write(body, at, Math.min(1_001, body.length - at));
                out.flush();
            }
            return Answer.of(socket.getInputStream().readAllBytes(), isText);
        }
    }

    private record Frame(int flags, byte[] data) {
        String text() {
            return new String(data, ISO_8859_1);
        }
    }

    private record Answer(String head, byte[] body) {
        static Answer of(byte[] bytes, boolean isText) {
            String all = new String(bytes, ISO_8859_1);
            int end = all.indexOf("\r\n\r\n") + 4;
            String head = all.substring(0, end);
            String body =
                    head.contains("transfer-encoding: chunked")
                            ? dechunked(all.substring(end))
                            : all.substring(end);
            return new Answer(head, isText ? decoded(body) : body.getBytes(ISO_8859_1));
        }

        private static String dechunked(String text) {
            var body = new StringBuilder();
            for (int at = 0; ; ) {
                int line = text.indexOf("\r\n", at);
                int size = Integer.parseInt(text.substring(at, line), 16);
                if (size == 0) {
                    return body.toString();
                }
                body.append(text, line + 2, line + 2 + size);
                at = line + 4 + size;
            }
        }

        /** Group by group, as each may be padded. */
        private static byte[] decoded(String text) {
            var bytes = new ByteArrayOutputStream();
            for (int at = 0; at < text.length(); at += 4) {
                bytes.writeBytes(Base64.getDecoder().decode(text.substring(at, at + 4)));
            }
            return bytes.toByteArray();
        }

        String text() {
            return new String(body, ISO_8859_1);
        }

        List<Frame> frames() {
            List<Frame> frames = new ArrayList<>();
            for (var in = ByteBuffer.wrap(body); in.hasRemaining(); ) {
                int flags = in.get() & 0xff;
                byte[] data = new byte[in.getInt()];
                in.get(data);
                frames.add(new Frame(flags, data));
            }
            return frames;
        }
    }
}
