package brokenhouse.core.downstream;

import brokenhouse.core.upstream.Pool;

/** One half of a circle between neighbours who must not know each other. */
public record Wire(Pool pool) {}
