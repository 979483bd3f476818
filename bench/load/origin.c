/* origin PORT: the server behind every proxy. One thread, epoll, keep-alive; cheaper than any proxy in front of it.
 * GET /s, /m, /l answer 128 B, 10 KiB, 1 MiB; POST /u wants exactly 1 MiB and answers 128 B; GET /w answers 101, and the
 * connection is a WebSocket on which nothing is said. */
#include "net.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#define UPLOAD (1024 * 1024)
#define CHUNKED -1

struct answer {
    char *bytes;
    size_t length;
};

enum part { HEAD, BODY, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILERS };

struct connection {
    int fd, want_write, length;
    enum part part;
    long left, received;
    const struct answer *answer;
    size_t sent;
    char buffer[65536];
};

static struct answer small, middle, large, bad;

/* RFC 6455 1.3: the answer to the key of its example, which idle.c sends. */
static char switched[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const struct answer tunnel = {switched, sizeof switched - 1};
static int poller;

static struct answer answer(const char *status, size_t body) {
    char head[256];
    int length = snprintf(head, sizeof head,
        "HTTP/1.1 %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %zu\r\n\r\n", status, body);
    struct answer made = {malloc((size_t) length + body), (size_t) length + body};
    if (made.bytes == NULL) fail("malloc");
    memcpy(made.bytes, head, (size_t) length);
    memset(made.bytes + length, 'x', body);
    return made;
}

static void watch(struct connection *c, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, operation, c->fd, &event) < 0) fail("epoll_ctl");
}

static void drop(struct connection *c) {
    close(c->fd);
    free(c);
}

/* Returns 0 when the connection was dropped. */
static int write_answer(struct connection *c) {
    while (c->sent < c->answer->length) {
        ssize_t n = send(c->fd, c->answer->bytes + c->sent, c->answer->length - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) {
            if (!c->want_write) watch(c, EPOLL_CTL_MOD, EPOLLOUT);
            c->want_write = 1;
            return 1;
        }
        if (n <= 0) {
            drop(c);
            return 0;
        }
        c->sent += (size_t) n;
    }
    if (c->want_write) watch(c, EPOLL_CTL_MOD, EPOLLIN);
    c->want_write = 0;
    c->answer = NULL;
    return 1;
}

static long body_length(const char *head) {
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "transfer-encoding:", 18) == 0) return CHUNKED;
        if (strncasecmp(line + 2, "content-length:", 15) == 0) return strtol(line + 17, NULL, 10);
    }
    return 0;
}

static const struct answer *answer_to(const struct connection *c) {
    if (strncmp(c->buffer, "GET /s ", 7) == 0) return &small;
    if (strncmp(c->buffer, "GET /m ", 7) == 0) return &middle;
    if (strncmp(c->buffer, "GET /l ", 7) == 0) return &large;
    if (strncmp(c->buffer, "GET /w ", 7) == 0) return &tunnel;
    return &bad;
}

static void consume(struct connection *c, int bytes) {
    c->length -= bytes;
    memmove(c->buffer, c->buffer + bytes, (size_t) c->length);
}

static int take_line(struct connection *c, char *line, int most) {
    char *end = memchr(c->buffer, '\n', (size_t) c->length);
    if (end == NULL) return -1;
    int length = (int) (end - c->buffer) + 1;
    snprintf(line, (size_t) most, "%.*s", length, c->buffer);
    consume(c, length);
    return length;
}

static void take_data(struct connection *c) {
    int bytes = c->length < c->left ? c->length : (int) c->left;
    c->received += bytes;
    c->left -= bytes;
    consume(c, bytes);
}

static void body_ended(struct connection *c) {
    c->answer = c->received == UPLOAD ? &small : &bad;
    c->part = HEAD;
}

/* Returns 1 when it got on and may be called again. */
static int advance(struct connection *c) {
    char line[32];
    switch (c->part) {
        case HEAD: {
            char *end = memmem(c->buffer, (size_t) c->length, "\r\n\r\n", 4);
            if (end == NULL) return 0;
            int head = (int) (end - c->buffer) + 4;
            c->sent = 0;
            if (strncmp(c->buffer, "POST /u ", 8) != 0) {
                c->answer = answer_to(c);
                consume(c, head);
                return 1;
            }
            end[2] = 0;
            c->left = body_length(c->buffer);
            c->received = 0;
            c->part = c->left == CHUNKED ? CHUNK_SIZE : BODY;
            consume(c, head);
            return 1;
        }
        case BODY:
            take_data(c);
            if (c->left == 0) body_ended(c);
            return c->left == 0;
        case CHUNK_SIZE:
            if (take_line(c, line, sizeof line) < 0) return 0;
            c->left = strtol(line, NULL, 16);
            c->part = c->left == 0 ? TRAILERS : CHUNK_DATA;
            return 1;
        case CHUNK_DATA:
            take_data(c);
            if (c->left == 0) c->part = CHUNK_END;
            return c->left == 0;
        case CHUNK_END:
            if (take_line(c, line, sizeof line) < 0) return 0;
            c->part = CHUNK_SIZE;
            return 1;
        case TRAILERS: {
            int length = take_line(c, line, sizeof line);
            if (length < 0) return 0;
            if (length <= 2) body_ended(c);
            return 1;
        }
    }
    return 0;
}

static void readable(struct connection *c) {
    ssize_t n = recv(c->fd, c->buffer + c->length, sizeof c->buffer - (size_t) c->length - 1, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        drop(c);
        return;
    }
    c->length += (int) n;
    while (c->answer == NULL && advance(c)) {
        if (c->answer != NULL && !write_answer(c)) return;
    }
    if (c->length == (int) sizeof c->buffer - 1) drop(c);
}

static void accept_all(int server) {
    for (;;) {
        int fd = accept4(server, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) return;
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = malloc(sizeof *c);
        if (c == NULL) fail("malloc");
        memset(c, 0, offsetof(struct connection, buffer));
        c->fd = fd;
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int count, char **words) {
    if (count != 2) {
        fprintf(stderr, "usage: origin PORT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    small = answer("200 OK", 128);
    middle = answer("200 OK", 10 * 1024);
    large = answer("200 OK", 1024 * 1024);
    bad = answer("400 Bad Request", 0);
    struct sockaddr_in address = loopback((int) number(words[1], "port", 1, 65535));
    int server = tcp_socket(), on = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *) &address, sizeof address) < 0) fail("bind");
    if (listen(server, 4096) < 0) fail("listen");
    nonblocking(server);
    poller = epoll_create1(0);
    struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, server, &listening);
    struct epoll_event ready[256];
    for (;;) {
        int n = epoll_wait(poller, ready, 256, -1);
        for (int i = 0; i < n; i++) {
            struct connection *c = ready[i].data.ptr;
            if (c == NULL) accept_all(server);
            else if (ready[i].events & EPOLLOUT) write_answer(c);
            else readable(c);
        }
    }
}
