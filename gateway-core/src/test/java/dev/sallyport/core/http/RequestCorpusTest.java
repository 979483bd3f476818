package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.core.support.MalformedCorpus;
import dev.sallyport.core.support.MalformedCorpus.Accepted;
import dev.sallyport.core.support.MalformedCorpus.Item;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestCorpusTest {
    private static final HeadLimits LIMITS = HeadLimits.DEFAULT;
    private static final int EVERY_SPLIT = 700;

    static List<Item> requests() {
        return MalformedCorpus.requests();
    }

    static List<Accepted> acceptedRequests() {
        return MalformedCorpus.acceptedRequests();
    }

    @Test
    void corpusIsLarge() {
        assertThat(requests()).hasSizeGreaterThan(400);
        assertThat(acceptedRequests()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void refusesWithDocumentedAnswer(Item item) {
        var head = new RequestHead();

        assertThat(head.feed(Unpooled.wrappedBuffer(item.bytes()), LIMITS))
                .as(MalformedCorpus.shown(item.bytes()))
                .isEqualTo(RequestHead.MALFORMED);

        Malformed malformed = Objects.requireNonNull(head.malformed());
        assertThat(malformed.reason()).isEqualTo(item.reason());
        assertThat(malformed.status()).isEqualTo(item.status());
    }

    @ParameterizedTest
    @MethodSource("acceptedRequests")
    void acceptsWithItsMeaning(Accepted item) {
        RequestHead head = parsed(item.bytes());

        assertThat(meaning(head)).isEqualTo(item.meaning());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void refusesTheSameHoweverItArrives(Item item) {
        assertSplitInvariant(item.bytes());
    }

    @ParameterizedTest
    @MethodSource("acceptedRequests")
    void acceptsTheSameHoweverItArrives(Accepted item) {
        assertSplitInvariant(item.bytes());
    }

    @ParameterizedTest
    @MethodSource("acceptedRequests")
    void parsesEqualAfterItWasRewritten(Accepted item) {
        RequestHead head = parsed(item.bytes());

        byte[] rewritten = rewritten(head);
        RequestHead again = parsed(rewritten);

        if (head.isHttp10()) {
            assertThat(again.isHttp10()).isFalse();
        } else {
            assertThat(again.isKeepAlive()).isEqualTo(head.isKeepAlive());
            assertThat(again.expectsContinue()).isEqualTo(head.expectsContinue());
        }
        // Without a Host, the rewritten head got one.
        String host = head.fields().find(Field.HOST) < 0 ? "a.example" : host(head);
        assertThat(meaning(again))
                .isEqualTo(meaning(head).replaceFirst(" [^ ]+ ", " " + host + " "));
        assertThat(fields(again)).containsAll(fields(head));
        assertThat(rewritten(again)).isEqualTo(rewritten);
    }

    @ParameterizedTest
    @MethodSource("acceptedRequests")
    void nettyReadsRewrittenHeadWithSameFraming(Accepted item) {
        RequestHead head = parsed(item.bytes());
        var netty = new EmbeddedChannel(new HttpRequestDecoder(20_000, 40_000, 8192));

        netty.writeInbound(Unpooled.wrappedBuffer(rewritten(head)));
        HttpRequest request = netty.readInbound();

        assertThat(request.decoderResult().isSuccess()).isTrue();
        assertThat(request.method().name()).isEqualTo(meaning(head).split(" ", 2)[0]);
        assertThat(request.uri())
                .isEqualTo(
                        text(head, head.pathOffset(), head.pathLength())
                                + text(head, head.queryOffset(), head.queryLength()));
        assertThat(HttpUtil.isTransferEncodingChunked(request)).isEqualTo(head.isChunked());
        assertThat(HttpUtil.getContentLength(request, -1L)).isEqualTo(head.contentLength());
        netty.finishAndReleaseAll();
    }

    @Test
    void whatRandomChangesLeaveAcceptedParsesEqualAndNettyAgrees() {
        var random = new Random(20_261_123);
        List<Accepted> seeds = acceptedRequests();
        byte[] spice = "\r\n\t :/.%;,2fF5c0\\?#@[]_-*+\0\u00ff".getBytes(ISO_8859_1);
        int accepted = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).bytes().clone();
            if (bytes.length > 600) {
                continue;
            }
            for (int change = random.nextInt(3); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = spice[random.nextInt(spice.length)];
            }
            var head = new RequestHead();
            if (head.feed(Unpooled.wrappedBuffer(bytes), LIMITS) != RequestHead.COMPLETE) {
                continue;
            }
            accepted++;
            byte[] rewritten = rewritten(head);
            assertThat(rewritten(parsed(rewritten))).isEqualTo(rewritten);
            assertThat(framingByNetty(rewritten))
                    .as(MalformedCorpus.shown(rewritten))
                    .isEqualTo(framing(head));
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static String framingByNetty(byte[] bytes) {
        var netty = new EmbeddedChannel(new HttpRequestDecoder(20_000, 40_000, 8192));
        netty.writeInbound(Unpooled.wrappedBuffer(bytes));
        HttpRequest request = netty.readInbound();
        String framing = "refused";
        if (request != null && request.decoderResult().isSuccess()) {
            long length = HttpUtil.getContentLength(request, -1L);
            framing =
                    HttpUtil.isTransferEncodingChunked(request)
                            ? "chunked"
                            : length < 0 ? "none" : Long.toString(length);
        }
        netty.finishAndReleaseAll();
        return framing;
    }

    private static void assertSplitInvariant(byte[] bytes) {
        String whole = outcome(bytes, bytes.length);
        int step = bytes.length <= EVERY_SPLIT ? 1 : bytes.length / 97 + 1;
        for (int split = 1; split < bytes.length; split += step) {
            assertThat(outcome(bytes, split)).as("split at %s", split).isEqualTo(whole);
        }
        if (bytes.length <= 100_000) {
            assertThat(outcomeByteByByte(bytes)).isEqualTo(whole);
        }
    }

    private static String outcome(byte[] bytes, int split) {
        var head = new RequestHead();
        ByteBuf first = Unpooled.wrappedBuffer(bytes, 0, split);
        int state = head.feed(first, LIMITS);
        if (state == RequestHead.INCOMPLETE) {
            assertThat(first.isReadable()).isFalse();
            state = head.feed(Unpooled.wrappedBuffer(bytes, split, bytes.length - split), LIMITS);
        }
        return described(head, state);
    }

    private static String outcomeByteByByte(byte[] bytes) {
        var head = new RequestHead();
        int state = RequestHead.INCOMPLETE;
        for (int i = 0; i < bytes.length && state == RequestHead.INCOMPLETE; i++) {
            state = head.feed(Unpooled.wrappedBuffer(bytes, i, 1), LIMITS);
        }
        return described(head, state);
    }

    private static String described(RequestHead head, int state) {
        return state == RequestHead.COMPLETE
                ? meaning(head) + fields(head)
                : state + " " + head.malformed();
    }

    static RequestHead parsed(byte[] bytes) {
        var head = new RequestHead();
        int state = head.feed(Unpooled.wrappedBuffer(bytes), LIMITS);
        assertThat(state)
                .as("%s: %s", head.malformed(), MalformedCorpus.shown(bytes))
                .isEqualTo(RequestHead.COMPLETE);
        return head;
    }

    static byte[] rewritten(RequestHead head) {
        byte[] bytes = head.bytes();
        var writer = new HeadWriter().start();
        writer.raw(bytes, head.methodOffset(), head.methodLength()).raw(ascii(" "));
        writer.raw(bytes, head.pathOffset(), head.pathLength());
        writer.raw(bytes, head.queryOffset(), head.queryLength()).raw(ascii(" HTTP/1.1\r\n"));
        if (head.fields().find(Field.HOST) < 0) {
            writer.raw(ascii("Host: a.example\r\n"));
        }
        ByteBuf out = Unpooled.buffer();
        writer.fields(head.fields()).end().writeTo(out);
        assertThat(writer.length()).isEqualTo(out.readableBytes());
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String meaning(RequestHead head) {
        String host = host(head);
        String query = text(head, head.queryOffset(), head.queryLength());
        return text(head, head.methodOffset(), head.methodLength())
                + " "
                + (host.isEmpty() ? "-" : host)
                + " "
                + head.port()
                + " "
                + text(head, head.pathOffset(), head.pathLength())
                + " "
                + (query.isEmpty() ? "-" : query)
                + " "
                + framing(head);
    }

    private static String host(RequestHead head) {
        return text(head, head.hostOffset(), head.hostLength());
    }

    private static String framing(RequestHead head) {
        if (head.isChunked()) {
            return "chunked";
        }
        return head.contentLength() < 0 ? "none" : Long.toString(head.contentLength());
    }

    private static List<String> fields(RequestHead head) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fields().count(); i++) {
            fields.add(head.fields().name(i) + "=" + head.fields().value(i));
        }
        return fields;
    }

    private static String text(RequestHead head, int offset, int length) {
        return new String(head.bytes(), offset, length, ISO_8859_1);
    }
}
