package dev.sallyport.core.outside;

/** What a client's bytes travel on: a transport, with or without TLS. */
enum Wire {
    IO_URING("io_uring", false),
    EPOLL("epoll", false),
    NIO("nio", false),
    IO_URING_TLS("io_uring", true),
    EPOLL_TLS("epoll", true),
    NIO_TLS("nio", true);

    private final String transport;
    private final boolean isTls;

    Wire(String transport, boolean isTls) {
        this.transport = transport;
        this.isTls = isTls;
    }

    String transport() {
        return transport;
    }

    boolean isTls() {
        return isTls;
    }
}
