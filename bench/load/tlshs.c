/* tlshs PORT CONNECTIONS SECONDS: full TLS 1.3 handshakes, one GET each.
 * Every connection is a new TCP connection and a new TLS object without a session: X25519, no resumption; it asks
 * for /s, checks status and length, and closes by RST. Prints one line of JSON. */
#include "net.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>

#define MOST_RESULTS 4000000

static const char request[] = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct client {
    int fd, connected, asked;
    SSL *tls;
    double begun;
    struct response response;
};

static SSL_CTX *context;
static struct sockaddr_in server;
static int poller;
static long done, errors, reused;
static float *took;

static void begin(struct client *c) {
    c->fd = tcp_socket();
    nonblocking(c->fd);
    c->begun = now_us();
    c->connected = c->asked = 0;
    response_start(&c->response);
    if (connect(c->fd, (struct sockaddr *) &server, sizeof server) < 0 && errno != EINPROGRESS) fail("connect");
    c->tls = SSL_new(context);
    SSL_set_fd(c->tls, c->fd);
    SSL_set_tlsext_host_name(c->tls, "localhost");
    SSL_set_connect_state(c->tls);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void again(struct client *c, int good) {
    if (good && done < MOST_RESULTS) took[done++] = (float) (now_us() - c->begun);
    if (!good) errors++;
    ERR_clear_error();
    SSL_free(c->tls);
    close_with_reset(c->fd);
    if (errors > 1000) {
        fprintf(stderr, "tlshs: more than 1000 errors\n");
        exit(1);
    }
    begin(c);
}

static int would_block(struct client *c, int outcome) {
    int error = SSL_get_error(c->tls, outcome);
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

static void step(struct client *c) {
    char bytes[4096];
    if (!c->connected) {
        int outcome = SSL_do_handshake(c->tls);
        if (outcome != 1) {
            if (!would_block(c, outcome)) again(c, 0);
            return;
        }
        c->connected = 1;
        if (SSL_version(c->tls) != TLS1_3_VERSION) {
            again(c, 0);
            return;
        }
        if (SSL_session_reused(c->tls)) reused++;
    }
    if (!c->asked) {
        if (SSL_write(c->tls, request, sizeof request - 1) != sizeof request - 1) {
            again(c, 0);
            return;
        }
        c->asked = 1;
    }
    for (;;) {
        int n = SSL_read(c->tls, bytes, sizeof bytes);
        if (n <= 0) {
            if (!would_block(c, n)) again(c, 0);
            return;
        }
        enum reading outcome = response_take(&c->response, bytes, n, 128);
        if (outcome == READ_MORE) continue;
        again(c, outcome == READ_DONE);
        return;
    }
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: tlshs PORT CONNECTIONS SECONDS\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    server = loopback((int) number(words[1], "port", 1, 65535));
    int clients = (int) number(words[2], "connections", 1, 1024);
    double seconds = (double) number(words[3], "seconds", 1, 3600);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    took = malloc(sizeof *took * MOST_RESULTS);
    struct client *all = calloc((size_t) clients, sizeof *all);
    if (took == NULL || all == NULL) fail("malloc");
    poller = epoll_create1(0);
    double start = now_us(), end = start + seconds * 1e6;
    for (int i = 0; i < clients; i++) begin(&all[i]);
    struct epoll_event ready[256];
    while (now_us() < end) {
        int n = epoll_wait(poller, ready, 256, 50);
        for (int i = 0; i < n; i++) step(ready[i].data.ptr);
    }
    double spent = (now_us() - start) / 1e6;
    printf("{\"requests\":%ld,\"errors\":%ld,\"reused\":%ld,\"seconds\":%.6f", done, errors, reused, spent);
    print_percentiles(took, done);
    printf("}\n");
    return 0;
}
