package dev.sallyport.core.upstream;

import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.testing.integration.AbstractInteropTest;

/** The client of gRPC's own interop suite, on HTTP/2 in clear. */
final class InteropCalls extends AbstractInteropTest {
    private final int port;

    InteropCalls(int port) {
        this.port = port;
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(MAX_MESSAGE_SIZE)
                .usePlaintext();
    }

    @Override
    protected boolean metricsExpected() {
        return false;
    }
}
