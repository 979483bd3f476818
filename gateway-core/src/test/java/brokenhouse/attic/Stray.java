package brokenhouse.attic;

/** In no room. */
record Stray() {}
