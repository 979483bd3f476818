/* olg PORT RATE SECONDS CONNECTIONS: an open loop. Request i is due at start + i/RATE whatever the server does, and
 * its latency is measured from that moment, so a stall counts for every request that was due in it. Busy polling: it
 * wants a core of its own. Prints one line of JSON; "stalls" counts the times the generator itself was held up for
 * more than a millisecond; what is unanswered two seconds after the end is given up. */
#include "net.h"

#include <sys/epoll.h>

static const char request[] = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";

struct client {
    int fd;
    long index;
    struct response response;
};

static struct sockaddr_in server;
static int poller;
static long errors;

static void open_connection(struct client *c) {
    c->fd = tcp_socket();
    if (connect(c->fd, (struct sockaddr *) &server, sizeof server) < 0) fail("connect");
    nonblocking(c->fd);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
}

static void reopen(struct client *c) {
    close_with_reset(c->fd);
    if (++errors > 1000) {
        fprintf(stderr, "olg: more than 1000 errors\n");
        exit(1);
    }
    open_connection(c);
}

static enum reading take(struct client *c) {
    char bytes[4096];
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EAGAIN) return READ_MORE;
    if (n <= 0) return READ_BAD;
    return response_take(&c->response, bytes, (int) n, 128);
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "usage: olg PORT RATE SECONDS CONNECTIONS\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    server = loopback((int) number(words[1], "port", 1, 65535));
    double gap = 1e6 / (double) number(words[2], "rate", 1, 1000000);
    double seconds = (double) number(words[3], "seconds", 1, 3600);
    int clients = (int) number(words[4], "connections", 1, 1024);
    long total = (long) (seconds * 1e6 / gap), sent = 0, answered = 0, stalls = 0;
    float *took = malloc(sizeof *took * (size_t) total);
    struct client *all = calloc((size_t) clients, sizeof *all);
    struct client **idle = calloc((size_t) clients, sizeof *idle);
    if (took == NULL || all == NULL || idle == NULL) fail("malloc");
    poller = epoll_create1(0);
    for (int i = 0; i < clients; i++) {
        open_connection(&all[i]);
        idle[i] = &all[i];
    }
    /* A ring, so that all connections are used in turn. */
    long idle_first = 0, idle_count = clients;
    double start = now_us() + 1000, give_up = start + seconds * 1e6 + 2e6, before = start;
    struct epoll_event ready[64];
    while (answered + errors < total) {
        double now = now_us();
        if (now > give_up) break;
        if (now - before > 1000) stalls++;
        before = now;
        while (sent < total && idle_count > 0 && start + (double) sent * gap <= now) {
            struct client *c = idle[idle_first];
            idle_first = (idle_first + 1) % clients;
            idle_count--;
            c->index = sent++;
            response_start(&c->response);
            if (send(c->fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1) {
                reopen(c);
                idle[(idle_first + idle_count++) % clients] = c;
            }
        }
        int n = epoll_wait(poller, ready, 64, 0);
        for (int i = 0; i < n; i++) {
            struct client *c = ready[i].data.ptr;
            enum reading outcome = take(c);
            if (outcome == READ_MORE) continue;
            if (outcome == READ_DONE) took[answered++] = (float) (now_us() - start - (double) c->index * gap);
            else reopen(c);
            idle[(idle_first + idle_count++) % clients] = c;
        }
    }
    double spent = (now_us() - start) / 1e6;
    printf("{\"requests\":%ld,\"errors\":%ld,\"unanswered\":%ld,\"stalls\":%ld,\"seconds\":%.6f", answered, errors,
        total - answered - errors, stalls, spent);
    print_percentiles(took, answered);
    printf("}\n");
    return 0;
}
