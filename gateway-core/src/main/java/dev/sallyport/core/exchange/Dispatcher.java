package dev.sallyport.core.exchange;

/** Where wires bring a complete request head: finds its route in the snapshot of the moment. */
public interface Dispatcher {
    /** The rules of the snapshot in force. */
    Rules rules();

    /** Runs {@code exchange} on the route that matches it, or answers that there is none. */
    void dispatch(Exchange exchange);
}
