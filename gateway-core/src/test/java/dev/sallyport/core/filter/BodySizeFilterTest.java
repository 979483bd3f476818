package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.config.model.value.DataSize;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.Filter;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class BodySizeFilterTest {
    private final ExchangeStand stand = new ExchangeStand();
    private final Filter filter = new BodySizeFilter.Config(DataSize.parse("10B")).create();

    private Exchange post(String framing) {
        var exchange = stand.exchange("POST / HTTP/1.1\r\nHost: a.test\r\n" + framing + "\r\n\r\n");
        exchange.run(stand.route(filter));
        return exchange;
    }

    private static void feed(Exchange exchange, String data) {
        exchange.onRequestBody(Unpooled.copiedBuffer(data, US_ASCII));
    }

    @Test
    void refusesATooLongLengthBeforeAByteIsForwarded() {
        post("Content-Length: 11");

        assertThat(stand.downstream().status()).isEqualTo(413);
        assertThat(stand.upstream().calls()).isEmpty();
    }

    @Test
    void forwardsABodyOfExactlyTheBound() {
        var exchange = post("Content-Length: 10");
        feed(exchange, "0123456789");
        exchange.onRequestEnd(null);

        assertThat(stand.upstream().call().bodyText()).isEqualTo("0123456789");
        assertThat(stand.upstream().call().isEnded()).isTrue();
    }

    @Test
    void cutsAChunkedBodyOffWhenItGrowsTooLong() {
        var exchange = post("Transfer-Encoding: chunked");
        feed(exchange, "0123456789");
        feed(exchange, "x");

        assertThat(stand.downstream().status()).isEqualTo(413);
        assertThat(stand.upstream().call().isCancelled()).isTrue();
        assertThat(stand.upstream().call().isEnded()).isFalse();
    }

    @Test
    void holdsTheLeastOfSeveralBounds() {
        var exchange =
                stand.exchange("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 11\r\n\r\n");
        var wider = new BodySizeFilter.Config(DataSize.parse("1KiB")).create();

        exchange.run(stand.route(filter, wider));

        assertThat(stand.downstream().status()).isEqualTo(413);
    }
}
