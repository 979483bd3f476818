package dev.sallyport.core.admission;

import dev.sallyport.core.rebuild.ClientAddress;

/** A step a connection or session passes before it is carried anywhere; shared by all loops. */
public interface ConnectionFilter {
    /** Whether it may go on. Does not block. */
    boolean admits(ClientAddress client);
}
