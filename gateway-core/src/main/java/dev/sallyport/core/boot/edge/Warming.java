package dev.sallyport.core.boot.edge;

import dev.sallyport.core.loop.TransportChoice;
import dev.sallyport.core.tls.TlsEngine;
import org.slf4j.LoggerFactory;

/** Loads what every start needs, native libraries above all, while the configuration is read. */
public final class Warming {
    private Warming() {}

    /** Begins on threads of its own; what is needed before it is done waits for just that. */
    public static void begin() {
        // Before there are others: what they say while it begins, SLF4J replays with a warning.
        LoggerFactory.getILoggerFactory();
        Thread.ofPlatform().daemon().name("warming-tls").start(TlsEngine::detect);
        Thread.ofPlatform().daemon().name("warming-transport").start(TransportChoice::auto);
    }
}
