package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.LoopExchanges;
import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.loop.Loops;
import dev.sallyport.core.observe.metrics.LoopMetrics;
import dev.sallyport.core.wire.SpareHeads;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the upstream connections of one loop share: heads, a writer, and the way to make channels.
 */
public final class LoopUpstreams {
    private static final Logger log = LoggerFactory.getLogger(LoopUpstreams.class);

    private final LoopExchanges exchanges;
    private final Loops loops;
    private final Shortage shortage;
    private final HeadWriter headWriter = new HeadWriter();
    private final SpareHeads<ResponseHead> heads =
            new SpareHeads<>(ResponseHead::new, ResponseHead::reset);

    private LoopUpstreams(LoopExchanges exchanges, Loops loops, Shortage shortage) {
        this.exchanges = exchanges;
        this.loops = loops;
        this.shortage = shortage;
    }

    /** Those of all loops. */
    public static List<LoopUpstreams> of(List<LoopExchanges> exchanges, Loops loops) {
        Shortage shortage = new Shortage(exchanges.getFirst().loop().nanoTime());
        List<LoopUpstreams> each = new ArrayList<>(exchanges.size());
        for (LoopExchanges shared : exchanges) {
            each.add(new LoopUpstreams(shared, loops, shortage));
        }
        return each;
    }

    public Loop loop() {
        return exchanges.loop();
    }

    public LoopMetrics metrics() {
        return exchanges.metrics();
    }

    HeadWriter headWriter() {
        return headWriter;
    }

    public Bootstrap client(SocketAddress address) {
        // Connecting has a deadline of its own, of the length its upstream asks for.
        return loops.client(loop(), address).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    }

    public Bootstrap datagramClient(SocketAddress address, int longest) {
        return loops.datagramClient(loop(), address, longest);
    }

    /** What kept a connection from being made. */
    public ProxyError whyNot(Endpoint endpoint, @Nullable Throwable cause) {
        return shortage.judge(loop().nanoTime(), endpoint, cause);
    }

    /** What it is that no channel came to be, as when the process is out of files. */
    public ProxyError noSocket(Endpoint endpoint, @Nullable Throwable cause) {
        return shortage.met(loop().nanoTime(), endpoint, cause);
    }

    ResponseHead takeHead() {
        return heads.take();
    }

    void returnHead(ResponseHead head) {
        heads.give(head);
    }

    /** An exception on a loop is a bug of ours: it ends one connection, and it is told. */
    public void bug(Throwable cause) {
        log.error("upstream connection failed", cause);
    }
}
