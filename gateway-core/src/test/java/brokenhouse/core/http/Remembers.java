package brokenhouse.core.http;

import java.util.concurrent.atomic.AtomicInteger;

/** Keeps state between instances. */
final class Remembers {
    static final AtomicInteger COUNT = new AtomicInteger();
    static final String NAME = "constant";
    static int last;

    private Remembers() {}
}
