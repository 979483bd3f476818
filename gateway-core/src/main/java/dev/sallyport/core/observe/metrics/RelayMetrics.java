package dev.sallyport.core.observe.metrics;

/**
 * What one event loop counts of TCP and UDP routes: only its loop counts, the scrape reads. Routes
 * are indices given by {@link Metrics#relays}.
 */
// An enum's place in its own list is its column here; nothing of it outlives the process.
@SuppressWarnings("EnumOrdinal")
public final class RelayMetrics {
    static final int OPENED = 0;
    static final int CLOSED = 1;
    static final int BYTES_UP = 2;
    static final int BYTES_DOWN = 3;
    static final int DATAGRAMS_UP = 4;
    static final int DATAGRAMS_DOWN = 5;
    static final int ENDS = 6;
    static final int DROPS = ENDS + End.values().length;
    static final int COLUMNS = DROPS + Drop.values().length;

    final CounterTable routes = new CounterTable(COLUMNS);

    RelayMetrics() {}

    /** How a connection or session of a route ended. */
    public enum End {
        /** Both sides had said all. */
        FINISHED("finished"),
        /** Nothing moved for the allowed time. */
        IDLE("idle"),
        /** A side was reset. */
        RESET("reset"),
        /** The edge ended it, as at the end of a drain. */
        CLOSED("closed"),
        /** A filter or a limit did not let it in. */
        REFUSED("refused"),
        /** No endpoint could be reached. */
        FAILED("failed");

        private final String label;

        End(String label) {
            this.label = label;
        }

        /** The word used as a label. */
        public String label() {
            return label;
        }
    }

    /** Why a datagram was not carried. */
    public enum Drop {
        TOO_LARGE("too-large"),
        /** It would have begun a session, and there are as many as may be. */
        SESSIONS("sessions"),
        CLIENT_SESSIONS("client-sessions"),
        FILTER("filter"),
        /** No endpoint is healthy, or the route is closed. */
        NO_ENDPOINT("no-endpoint"),
        /** The other side takes no more at the moment. */
        CONGESTED("congested");

        private final String label;

        Drop(String label) {
            this.label = label;
        }

        /** The word used as a label. */
        public String label() {
            return label;
        }
    }

    /** A connection or session began. */
    public void opened(int route) {
        routes.add(route, OPENED, 1);
    }

    /** One that began is over. */
    public void closed(int route, End end) {
        long[] row = routes.row(route);
        CounterTable.add(row, CLOSED, 1);
        CounterTable.add(row, ENDS + end.ordinal(), 1);
    }

    /** Bytes were carried, perhaps all those of a connection at its end. */
    public void bytes(int route, long up, long down) {
        long[] row = routes.row(route);
        CounterTable.add(row, BYTES_UP, up);
        CounterTable.add(row, BYTES_DOWN, down);
    }

    /** A datagram went to an endpoint. */
    public void datagramUp(int route, int bytes) {
        long[] row = routes.row(route);
        CounterTable.add(row, DATAGRAMS_UP, 1);
        CounterTable.add(row, BYTES_UP, bytes);
    }

    /** A datagram went to a client. */
    public void datagramDown(int route, int bytes) {
        long[] row = routes.row(route);
        CounterTable.add(row, DATAGRAMS_DOWN, 1);
        CounterTable.add(row, BYTES_DOWN, bytes);
    }

    public void dropped(int route, Drop why) {
        routes.add(route, DROPS + why.ordinal(), 1);
    }

    /** What the loops counted, as samples. Control threads only. */
    static final class Sources {
        private static final String UP = "upstream";
        private static final String DOWN = "downstream";

        private final NamedCounters relays;

        Sources(NamedCounters relays) {
            this.relays = relays;
        }

        void registerWith(Metrics metrics) {
            metrics.register(
                    Metric.RELAYS,
                    samples ->
                            relays.forEach((name, _, counts, _) -> {
                                // The loop counts on meanwhile: the second may be ahead for a
                                // moment.
                                long open =
                                        counts[RelayMetrics.OPENED] - counts[RelayMetrics.CLOSED];
                                samples.add(Math.max(0, open), name);
                            }));
            metrics.register(
                    Metric.RELAYS_ENDED,
                    samples ->
                            relays.forEach((name, _, counts, _) -> {
                                for (End end : End.values()) {
                                    samples.add(
                                            counts[RelayMetrics.ENDS + end.ordinal()],
                                            name,
                                            end.label());
                                }
                            }));
            metrics.register(
                    Metric.RELAY_BYTES,
                    samples ->
                            relays.forEach((name, _, counts, _) -> {
                                samples.add(counts[RelayMetrics.BYTES_UP], name, UP);
                                samples.add(counts[RelayMetrics.BYTES_DOWN], name, DOWN);
                            }));
            metrics.register(Metric.DATAGRAMS, this::datagrams);
            metrics.register(Metric.DATAGRAMS_DROPPED, this::drops);
        }

        private void datagrams(Samples samples) {
            relays.forEach((name, _, counts, _) -> {
                if (counts[RelayMetrics.DATAGRAMS_UP] + counts[RelayMetrics.DATAGRAMS_DOWN] > 0) {
                    samples.add(counts[RelayMetrics.DATAGRAMS_UP], name, UP);
                    samples.add(counts[RelayMetrics.DATAGRAMS_DOWN], name, DOWN);
                }
            });
        }

        private void drops(Samples samples) {
            relays.forEach((name, _, counts, _) -> {
                for (Drop drop : Drop.values()) {
                    long count = counts[RelayMetrics.DROPS + drop.ordinal()];
                    if (count > 0) {
                        samples.add(count, name, drop.label());
                    }
                }
            });
        }
    }
}
