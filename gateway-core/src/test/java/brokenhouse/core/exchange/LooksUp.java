package brokenhouse.core.exchange;

import brokenhouse.core.downstream.Wire;

/** A lower floor that names an upper one. */
record LooksUp(Wire wire) {}
