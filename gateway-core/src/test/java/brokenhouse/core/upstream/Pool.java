package brokenhouse.core.upstream;

import brokenhouse.core.downstream.Wire;

/** The other half. */
public record Pool(Wire wire) {}
