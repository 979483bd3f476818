/* What the generators share: the clock, sockets, and a strict reader of one HTTP/1.1 response. */
#ifndef BENCH_NET_H
#define BENCH_NET_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define RESPONSE_HEAD 8192

static inline double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static inline void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline long number(const char *text, const char *name, long least, long most) {
    char *end;
    long value = strtol(text, &end, 10);
    if (*text == 0 || *end != 0 || value < least || value > most) {
        fprintf(stderr, "%s: \"%s\" (expected: %ld..%ld)\n", name, text, least, most);
        exit(2);
    }
    return value;
}

static inline struct sockaddr_in loopback(int port) {
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t) port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline int tcp_socket(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    if (fd < 0) fail("socket");
    /* Without it a client's second small write waits for the delayed acknowledgement. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static inline void nonblocking(int fd) {
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0) fail("fcntl");
}

/* Ends a connection by RST, so that no port is left in TIME_WAIT. */
static inline void close_with_reset(int fd) {
    struct linger reset = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
}

enum reading { READ_MORE, READ_DONE, READ_BAD };

struct response {
    char head[RESPONSE_HEAD];
    int head_length;
    long body_left; /* -1 while the head is incomplete */
};

static inline void response_start(struct response *r) {
    r->head_length = 0;
    r->body_left = -1;
}

static inline enum reading response_body(struct response *r, long bytes) {
    r->body_left -= bytes;
    if (r->body_left < 0) return READ_BAD;
    return r->body_left == 0 ? READ_DONE : READ_MORE;
}

static inline long content_length(const char *head) {
    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, "content-length:", 15) == 0) return strtol(line + 17, NULL, 10);
    }
    return -1;
}

/* Takes the next bytes. Only a 200 whose length is the expected one is good. */
static inline enum reading response_take(struct response *r, const char *bytes, int length, long expected) {
    if (r->body_left >= 0) return response_body(r, length);
    if (r->head_length + length >= RESPONSE_HEAD) return READ_BAD;
    memcpy(r->head + r->head_length, bytes, (size_t) length);
    r->head_length += length;
    r->head[r->head_length] = 0;
    char *end = strstr(r->head, "\r\n\r\n");
    if (end == NULL) return READ_MORE;
    long body = r->head_length - (end + 4 - r->head);
    end[2] = 0;
    if (strncmp(r->head, "HTTP/1.1 200", 12) != 0 || content_length(r->head) != expected) return READ_BAD;
    r->body_left = expected;
    return response_body(r, body);
}

static inline int by_value(const void *a, const void *b) {
    float x = *(const float *) a, y = *(const float *) b;
    return (x > y) - (x < y);
}

/* Prints ,"p50_us":... and so on; sorts the values. */
static inline void print_percentiles(float *values, long count) {
    static const struct { const char *name; double share; } wanted[] = {
        {"p50", 0.50}, {"p90", 0.90}, {"p99", 0.99}, {"p999", 0.999}, {"p9999", 0.9999}, {"max", 1.0}};
    if (count == 0) return;
    qsort(values, (size_t) count, sizeof *values, by_value);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        long at = (long) (wanted[i].share * (double) count);
        if (at >= count) at = count - 1;
        printf(",\"%s_us\":%.1f", wanted[i].name, values[at]);
    }
}

#endif
