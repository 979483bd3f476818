package dev.sallyport.core.exchange;

import dev.sallyport.core.http.ResponseHead;
import java.util.List;

/**
 * How far one exchange has come through the filters of its route: down with the request, back up
 * through those it met with the response.
 */
final class FilterChain {
    /** Shared by all exchanges without filters: it never moves. */
    private static final FilterChain EMPTY = new FilterChain(List.of());

    private final List<Route.NamedFilter> filters;
    private int next;

    private FilterChain(List<Route.NamedFilter> filters) {
        this.filters = filters;
    }

    static FilterChain empty() {
        return EMPTY;
    }

    static FilterChain of(List<Route.NamedFilter> filters) {
        return filters.isEmpty() ? EMPTY : new FilterChain(filters);
    }

    /** Asks the filters that are left; the first verdict that is not to go on ends it. */
    Verdict down(Exchange exchange) {
        while (next < filters.size()) {
            Verdict verdict = filters.get(next++).filter().onRequest(exchange);
            if (!(verdict instanceof Verdict.Continue)) {
                return verdict;
            }
        }
        return Verdict.CONTINUE;
    }

    /** Shows the response to the filters that saw the request, the last one first. */
    void up(Exchange exchange, ResponseHead head) {
        for (int i = next - 1; i >= 0; i--) {
            filters.get(i).filter().onResponse(exchange, head);
        }
    }

    /** The name of the filter that was asked last. */
    String last() {
        return filters.get(next - 1).name();
    }
}
