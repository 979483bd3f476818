package dev.sallyport.core.upstream;

import org.jspecify.annotations.Nullable;

/** Picks an endpoint for one loop; each loop has its own, so nothing is shared. */
interface Balancer {
    /**
     * The next endpoint's place in {@code endpoints} among those {@code eligible} accepts; -1 when
     * it accepts none.
     */
    int pick(Endpoint[] endpoints, Eligible eligible);

    /** Which endpoints may be picked at the moment; one for each loop, set for each pick. */
    final class Eligible {
        private long tried;
        private long now;
        private boolean isLastResort;

        /** Healthy endpoints that were not {@code tried} and that failures do not keep out. */
        Eligible untried(long tried, long now) {
            this.tried = tried;
            this.now = now;
            isLastResort = false;
            return this;
        }

        /** Now also those that failures keep out. */
        Eligible lastResort() {
            isLastResort = true;
            return this;
        }

        boolean accepts(Endpoint endpoint, int place) {
            return (tried & 1L << place) == 0
                    && endpoint.isHealthy()
                    && (isLastResort || !endpoint.isEjected(now));
        }
    }

    static Balancer of(dev.sallyport.config.model.Upstream.Balance balance) {
        return switch (balance) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_REQUESTS -> new LeastRequests();
        };
    }

    /** In turn, smoothly by weight: each round, the endpoint that is owed most. */
    final class RoundRobin implements Balancer {
        private Endpoint @Nullable [] known;
        private int[] owed = new int[0];

        @Override
        @SuppressWarnings("ReferenceEquality") // a new list of endpoints is a new array
        public int pick(Endpoint[] endpoints, Eligible eligible) {
            if (endpoints.length == 1) {
                return eligible.accepts(endpoints[0], 0) ? 0 : -1;
            }
            if (known != endpoints) {
                known = endpoints;
                owed = new int[endpoints.length];
            }
            int best = -1;
            int round = 0;
            for (int i = 0; i < endpoints.length; i++) {
                if (eligible.accepts(endpoints[i], i)) {
                    owed[i] += endpoints[i].weight();
                    round += endpoints[i].weight();
                    if (best < 0 || owed[i] > owed[best]) {
                        best = i;
                    }
                }
            }
            if (best >= 0) {
                owed[best] -= round;
            }
            return best;
        }
    }

    /** The fewest requests in flight on all loops, relative to weight; ties go round. */
    final class LeastRequests implements Balancer {
        private int first;

        @Override
        public int pick(Endpoint[] endpoints, Eligible eligible) {
            int count = endpoints.length;
            first = first + 1 >= count ? 0 : first + 1;
            int best = -1;
            long bestActive = 0;
            for (int step = 0; step < count; step++) {
                int i = first + step >= count ? first + step - count : first + step;
                if (!eligible.accepts(endpoints[i], i)) {
                    continue;
                }
                long active = endpoints[i].active() + 1L;
                // active / weight < bestActive / bestWeight, without dividing
                if (best < 0
                        || active * endpoints[best].weight() < bestActive * endpoints[i].weight()) {
                    best = i;
                    bestActive = active;
                }
            }
            return best;
        }
    }
}
