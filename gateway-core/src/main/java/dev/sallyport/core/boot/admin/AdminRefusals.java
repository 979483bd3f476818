package dev.sallyport.core.boot.admin;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** Clients that came no further than a handshake at the admin address, counted by reason. */
final class AdminRefusals {
    /** Why; few, so that they label a metric. */
    enum Reason {
        /** It has no certificate to show. */
        NO_CERTIFICATE,
        /** Its certificate leads to no authority that is believed, or is not valid. */
        UNTRUSTED,
        /** Its certificate bears none of the names that are let in. */
        NOT_NAMED,
        /** The authorities cannot be read, so that nobody is let in. */
        NO_AUTHORITY,
        /** It speaks no TLS, none that is spoken here, or does not believe us. */
        PROTOCOL;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    AdminRefusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    void count(Reason reason) {
        LongAdder counter = counts.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    void counts(ObjLongConsumer<String> taker) {
        counts.forEach((reason, count) -> taker.accept(reason.word(), count.sum()));
    }
}
