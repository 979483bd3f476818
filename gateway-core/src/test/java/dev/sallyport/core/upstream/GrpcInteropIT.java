package dev.sallyport.core.upstream;

import dev.sallyport.acme.certificate.InternalCa;
import dev.sallyport.acme.certificate.KeyMaterial;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Every case of gRPC's interop suite that works without the edge works through it. */
@Isolated
class GrpcInteropIT {
    private static final int LARGEST_MESSAGE = 16 << 20;

    @TempDir private Path folder;

    /** One case. */
    private interface Case {
        void run(InteropCalls calls) throws Exception;
    }

    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("emptyUnary", InteropCalls::emptyUnary);
        cases.put("largeUnary", InteropCalls::largeUnary);
        cases.put("clientCompressedUnary", calls -> calls.clientCompressedUnary(false));
        cases.put("serverCompressedUnary", InteropCalls::serverCompressedUnary);
        cases.put("serverStreaming", InteropCalls::serverStreaming);
        cases.put("clientStreaming", InteropCalls::clientStreaming);
        cases.put("clientCompressedStreaming", calls -> calls.clientCompressedStreaming(false));
        cases.put("serverCompressedStreaming", InteropCalls::serverCompressedStreaming);
        cases.put("pingPong", InteropCalls::pingPong);
        cases.put("emptyStream", InteropCalls::emptyStream);
        cases.put("cancelAfterBegin", InteropCalls::cancelAfterBegin);
        cases.put("cancelAfterFirstResponse", InteropCalls::cancelAfterFirstResponse);
        cases.put("fullDuplexCallShouldSucceed", InteropCalls::fullDuplexCallShouldSucceed);
        cases.put("halfDuplexCallShouldSucceed", InteropCalls::halfDuplexCallShouldSucceed);
        cases.put("veryLargeRequest", InteropCalls::veryLargeRequest);
        cases.put("veryLargeResponse", InteropCalls::veryLargeResponse);
        cases.put("exchangeMetadataUnaryCall", InteropCalls::exchangeMetadataUnaryCall);
        cases.put("exchangeMetadataStreamingCall", InteropCalls::exchangeMetadataStreamingCall);
        cases.put("deadlineNotExceeded", InteropCalls::deadlineNotExceeded);
        cases.put("deadlineExceeded", InteropCalls::deadlineExceeded);
        cases.put("deadlineExceededServerStreaming", InteropCalls::deadlineExceededServerStreaming);
        cases.put("deadlineInPast", InteropCalls::deadlineInPast);
        cases.put("maxInboundSizeExact", InteropCalls::maxInboundSize_exact);
        cases.put("maxInboundSizeTooBig", InteropCalls::maxInboundSize_tooBig);
        cases.put("gracefulShutdown", InteropCalls::gracefulShutdown);
        cases.put("customMetadata", InteropCalls::customMetadata);
        cases.put("statusCodeAndMessage", InteropCalls::statusCodeAndMessage);
        cases.put("specialStatusMessage", InteropCalls::specialStatusMessage);
        cases.put("unimplementedMethod", InteropCalls::unimplementedMethod);
        cases.put("unimplementedService", InteropCalls::unimplementedService);
        cases.put("timeoutOnSleepingServer", InteropCalls::timeoutOnSleepingServer);
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> overHttp2InClear() throws Exception {
        Running server = Running.start(null);
        RunningEdge edge =
                RunningEdge.start(
                        folder,
                        "{endpoints: [\"127.0.0.1:%d\"], protocol: h2c}".formatted(server.port()));
        return tests(edge, server);
    }

    @TestFactory
    Stream<DynamicTest> overTls() throws Exception {
        var ca = InternalCa.create(Clock.systemUTC(), new SecureRandom());
        Files.writeString(folder.resolve("ca.pem"), ca.rootPem());
        Running server = Running.start(ca.issue(List.of("app.test")));
        RunningEdge edge =
                RunningEdge.start(
                        folder,
                        "{endpoints: [\"https://127.0.0.1:%d\"], tls: {server-name: app.test, ca-file: ca.pem}}"
                                .formatted(server.port()));
        return tests(edge, server);
    }

    private static Stream<DynamicTest> tests(RunningEdge edge, Running server) {
        return cases().entrySet().stream()
                .map(each ->
                        DynamicTest.dynamicTest(
                                each.getKey(), () -> run(each.getValue(), edge.port())))
                .onClose(() -> {
                    edge.close();
                    server.close();
                });
    }

    private static void run(Case each, int port) throws Exception {
        var calls = new InteropCalls(port);
        calls.setUp();
        try {
            each.run(calls);
        } finally {
            calls.tearDown();
        }
    }

    /** The server of the suite. */
    private record Running(Server server, ScheduledExecutorService executor) {
        static Running start(@Nullable KeyMaterial key) throws Exception {
            ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
            var builder =
                    NettyServerBuilder.forAddress(address).maxInboundMessageSize(LARGEST_MESSAGE);
            if (key != null) {
                builder.useTransportSecurity(
                        chain(key), pem("PRIVATE KEY", key.key().getEncoded()));
            }
            Server server =
                    builder.addService(
                                    ServerInterceptors.intercept(
                                            new TestServiceImpl(executor),
                                            TestServiceImpl.interceptors()))
                            .build()
                            .start();
            return new Running(server, executor);
        }

        int port() {
            return server.getPort();
        }

        void close() {
            server.shutdownNow();
            executor.shutdownNow();
        }

        private static InputStream chain(KeyMaterial key) throws Exception {
            StringBuilder pem = new StringBuilder();
            for (Certificate each : key.chain()) {
                pem.append(
                        new String(
                                pem("CERTIFICATE", each.getEncoded()).readAllBytes(),
                                StandardCharsets.US_ASCII));
            }
            return new ByteArrayInputStream(pem.toString().getBytes(StandardCharsets.US_ASCII));
        }

        private static InputStream pem(String kind, byte[] der) {
            String text =
                    "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                            .formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
