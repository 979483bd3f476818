package dev.sallyport.core.loop;

/** The engine that moves bytes between the kernel and an event loop. */
public enum Transport {
    IO_URING,
    EPOLL,
    NIO;

    /** The word of the configuration, of the log and of the status page. */
    public String word() {
        return switch (this) {
            case IO_URING -> "io_uring";
            case EPOLL -> "epoll";
            case NIO -> "nio";
        };
    }
}
