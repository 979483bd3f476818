package dev.sallyport.acme.ondemand;

/** Who obtains certificates and renews them. Blocking, if not for long. */
public interface Orders {
    /** Whether this process orders; of several on one folder one does. */
    boolean isOwner();

    /** Looks after the certificate of this name from now on, if it does not already. */
    Progress take(String name);

    /** Looks after it no more; what was begun for it comes to nothing. */
    void drop(String name);

    /** How far a certificate is. */
    enum Progress {
        /** It is there. */
        SERVED,
        /** An effort for it is made, or begins now. */
        UNDER_WAY,
        /** The last effort failed, and it is not time for the next. */
        FAILED
    }
}
