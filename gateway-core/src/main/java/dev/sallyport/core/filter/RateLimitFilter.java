package dev.sallyport.core.filter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Range;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.Rate;
import dev.sallyport.core.admission.ConnectionFilter;
import dev.sallyport.core.admission.ConnectionFilterConfig;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.rebuild.Answer;
import dev.sallyport.core.rebuild.ClientAddress;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how often one client may ask: an IPv4 address, or the /64 of an IPv6 one. Within any time
 * t a client gets at most {@code burst + rate * t} requests through, however many loops it comes to
 * and however many other clients there are.
 *
 * <p>The table of clients is bounded. A client that is put out of it before its bucket was full
 * again leaves behind when that would have been, in one of a fixed number of places, and begins
 * there when it returns: who floods the table with addresses does not refill buckets. Two such
 * clients in one place begin at the emptier of the two.
 */
final class RateLimitFilter implements Filter, ConnectionFilter {
    /** Settings. */
    @Named("rate-limit")
    @Doc(
            "Bounds how often one client, an IPv4 address or an IPv6 /64, may ask; beyond that it"
                    + " is answered 429 with Retry-After, RateLimit and RateLimit-Policy. Of TCP"
                    + " routes it counts connections, of UDP routes sessions. Each route that lists the filter counts on its own.")
    record Config(
            @Doc("How often on average.") @Example("100/s") @Shorthand Rate rate,
            @Doc("How many at once; as many as the rate counts when absent.")
                    @Example("200")
                    @Range(min = "1", max = "1000000000")
                    @Nullable Integer burst,
            @Doc("How many clients are told apart at a time; each takes about 300 bytes.")
                    @Default("65536")
                    @Range(min = "1", max = "16777216")
                    int maxClients)
            implements FilterConfig, ConnectionFilterConfig {
        @Override
        public Filter create() {
            return create(System::nanoTime);
        }

        @Override
        public ConnectionFilter createForConnections() {
            return create(System::nanoTime);
        }

        RateLimitFilter create(LongSupplier nanoClock) {
            long most = burst == null ? rate.count() : burst;
            return new RateLimitFilter(rate, most, maxClients, nanoClock);
        }
    }

    private static final int PLACES = 8192;
    private static final int READY_ANSWERS = 64;

    private final Rate rate;
    private final long burst;
    private final TimeMeter time;
    private final Cache<Long, Bucket> clients;
    private final AtomicLongArray fullAgain = new AtomicLongArray(PLACES);
    private final Verdict[] refusals = new Verdict[READY_ANSWERS];

    private RateLimitFilter(Rate rate, long burst, int maxClients, LongSupplier nanoClock) {
        this.rate = rate;
        this.burst = burst;
        this.time = new Elapsed(nanoClock, nanoClock.getAsLong());
        this.clients =
                Caffeine.newBuilder()
                        .maximumSize(maxClients)
                        .evictionListener(this::putOut)
                        // Upkeep goes in small steps on the loops: the size is kept at all times.
                        .executor(Runnable::run)
                        .build();
        for (int i = 0; i < READY_ANSWERS; i++) {
            refusals[i] = refusal(i);
        }
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        return judge(exchange.client().key());
    }

    @Override
    public boolean admits(ClientAddress client) {
        return takeFrom(client.key()) == null;
    }

    Verdict judge(long client) {
        Bucket empty = takeFrom(client);
        return empty == null ? Verdict.CONTINUE : refuse(empty);
    }

    /** Takes one from the bucket of a client; null when there was one, else the empty bucket. */
    private @Nullable Bucket takeFrom(long client) {
        Long key = client;
        Bucket bucket = bucket(key);
        while (!bucket.tryConsume(1)) {
            Bucket present = bucket(key);
            if (present.equals(bucket)) {
                return bucket;
            }
            bucket = present; // it was put out of the table, and emptied, meanwhile
        }
        return null;
    }

    /** How many clients are in the table. */
    long clients() {
        return clients.estimatedSize();
    }

    private Bucket bucket(Long key) {
        Bucket known = clients.getIfPresent(key);
        return known != null ? known : clients.get(key, this::begin);
    }

    private Bucket begin(Long key) {
        long ahead = fullAgain.get(place(key)) - time.currentTimeNanos();
        long missing = ahead <= 0 ? 0 : (long) Math.ceil(ahead / nanosPerRequest());
        return Bucket.builder()
                .addLimit(limit ->
                        limit.capacity(burst)
                                .refillGreedy(rate.count(), rate.per())
                                .initialTokens(Math.max(0, burst - missing)))
                .withCustomTimePrecision(time)
                .build();
    }

    /** Empties a bucket that leaves the table, so that nobody who still holds it can use it. */
    private void putOut(@Nullable Long key, @Nullable Bucket bucket, RemovalCause cause) {
        if (key == null || bucket == null) {
            return; // only for tables with weak references
        }
        long missing = burst - bucket.tryConsumeAsMuchAsPossible();
        if (missing > 0) {
            long full = time.currentTimeNanos() + (long) Math.ceil(missing * nanosPerRequest());
            fullAgain.accumulateAndGet(place(key), full, Math::max);
        }
    }

    private double nanosPerRequest() {
        return (double) rate.per().toNanos() / rate.count();
    }

    private static int place(long key) {
        return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 51);
    }

    private Verdict refuse(Bucket bucket) {
        long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
        long seconds = (nanos + TimeUnit.SECONDS.toNanos(1) - 1) / TimeUnit.SECONDS.toNanos(1);
        return seconds < READY_ANSWERS ? refusals[(int) seconds] : refusal(seconds);
    }

    /** Fields of draft-ietf-httpapi-ratelimit-headers-10, and RFC 9110 10.2.3. */
    private Verdict refusal(long seconds) {
        long wait = Math.max(1, seconds);
        String policy = "\"client\";q=" + rate.count() + ";w=" + rate.per().toSeconds();
        return new Verdict.Respond(
                Answer.of(
                        429,
                        "rate-limit",
                        Answer.Line.of("retry-after", Long.toString(wait)),
                        Answer.Line.of("ratelimit-policy", policy),
                        Answer.Line.of("ratelimit", "\"client\";r=0;t=" + wait)));
    }

    /** Time since the filter was made: bucket4j compares times, and nanoTime may wrap round. */
    private record Elapsed(LongSupplier clock, long start) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return clock.getAsLong() - start;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
