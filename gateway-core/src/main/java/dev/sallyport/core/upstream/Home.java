package dev.sallyport.core.upstream;

import dev.sallyport.core.exchange.ProxyError;
import dev.sallyport.core.http.HeadLimits;
import dev.sallyport.core.http.HeadWriter;
import dev.sallyport.core.http.ResponseHead;
import dev.sallyport.core.loop.Loop;
import dev.sallyport.core.upstream.h1.CallOwner;
import dev.sallyport.core.upstream.h1.Http1Call;
import dev.sallyport.core.upstream.h2.Http2Link;
import dev.sallyport.core.upstream.h2.LinkOwner;

/** An endpoint and its pool on one loop, as the connections to it see them. */
record Home(LoopUpstreams upstreams, UpstreamSettings settings, Endpoint place, LoopPool pool)
        implements CallOwner, LinkOwner {
    @Override
    public Loop loop() {
        return upstreams.loop();
    }

    @Override
    public String endpoint() {
        return place.text();
    }

    @Override
    public byte[] authority() {
        return place.authority();
    }

    @Override
    public boolean isSecure() {
        return place.isTls();
    }

    @Override
    public HeadLimits responseLimits() {
        return settings.responseLimits();
    }

    @Override
    public long idleNanos() {
        return settings.idleNanos();
    }

    @Override
    public HeadWriter headWriter() {
        return upstreams.headWriter();
    }

    @Override
    public ResponseHead takeHead() {
        return upstreams.takeHead();
    }

    @Override
    public void returnHead(ResponseHead head) {
        upstreams.returnHead(head);
    }

    @Override
    public void began() {
        pool.began();
    }

    @Override
    public void ended() {
        pool.ended();
    }

    @Override
    public void responded(int status) {
        upstreams.metrics().upstreamResponded(settings.metric(), status);
    }

    @Override
    public void failed(ProxyError error) {
        Failures.report(upstreams, settings, place, error);
    }

    @Override
    public boolean keeps(Http1Call call) {
        return !place.isRetired() && pool.give(call);
    }

    @Override
    public void left(Http1Call call) {
        pool.remove(call);
    }

    @Override
    public boolean keeps(Http2Link link) {
        return !place.isRetired() && pool.keeps(link);
    }

    @Override
    public void left(Http2Link link) {
        pool.remove(link);
    }

    @Override
    public void bug(Throwable cause) {
        upstreams.bug(cause);
    }
}
