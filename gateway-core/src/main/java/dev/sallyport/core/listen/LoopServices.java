package dev.sallyport.core.listen;

import dev.sallyport.core.downstream.LoopConnections;
import dev.sallyport.core.downstream.h2.Http2Loop;
import dev.sallyport.core.exchange.Dispatcher;
import dev.sallyport.core.exchange.LoopExchanges;
import dev.sallyport.core.relay.LoopRelays;

/** Everything one loop serves its connections with. */
public record LoopServices(
        LoopExchanges exchanges,
        LoopConnections connections,
        Http2Loop http2,
        Dispatcher dispatcher,
        LoopRelays relays) {}
