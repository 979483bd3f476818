package dev.sallyport.core.exchange;

import dev.sallyport.core.http.Method;

/** Whether a request that failed at one endpoint may be tried at another. */
final class Retry {
    private Retry() {}

    /**
     * Whether a try is left.
     *
     * @param attempts made so far
     * @param retries what the route allows beyond the first attempt
     * @param reused whether the last one failed on a pooled connection: that one is not counted
     */
    static boolean isLeft(int attempts, int retries, boolean reused) {
        return attempts <= retries + (reused ? 1 : 0);
    }

    /**
     * RFC 9110 9.2.2: unsent requests always, unanswered ones only when repeating them does no
     * harm.
     *
     * @param bodyBytes how much of the body has been passed on, and is gone
     */
    static boolean isSafe(ProxyError error, int method, boolean hasBody, long bodyBytes) {
        return switch (error.sent()) {
            case NEVER -> bodyBytes == 0;
            case MAYBE -> !hasBody && Method.isIdempotent(method);
            case ANSWERED -> false;
        };
    }
}
