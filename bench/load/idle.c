/* idle PORT CONNECTIONS plain|tls: opens connections, makes one request on each, then holds them all.
 * The source address changes every 400 connections (127.0.1.1, 127.0.1.2, ...), as it would with many clients, so that limits
 * per client stay on. Prints {"held":N} when all are open; at end of input {"closed":N}, the number the server ended. */
#include "net.h"

#include <openssl/ssl.h>
#include <sys/resource.h>

#define PER_ADDRESS 400

static const char request[] = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";

static SSL_CTX *tls_context(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    return context;
}

static int connect_from(int index, const struct sockaddr_in *server) {
    int fd = tcp_socket();
    int on = 1;
    struct sockaddr_in source = loopback(0);
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + (uint32_t) (index / PER_ADDRESS));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *) &source, sizeof source) < 0) fail("bind");
    if (connect(fd, (const struct sockaddr *) server, sizeof *server) < 0) fail("connect");
    return fd;
}

static void ask(int fd, SSL *tls) {
    char bytes[4096];
    struct response response;
    response_start(&response);
    if (tls != NULL) SSL_write(tls, request, sizeof request - 1);
    else if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0) fail("send");
    enum reading outcome = READ_MORE;
    while (outcome == READ_MORE) {
        int n = tls != NULL ? SSL_read(tls, bytes, sizeof bytes) : (int) recv(fd, bytes, sizeof bytes, 0);
        outcome = n > 0 ? response_take(&response, bytes, n, 128) : READ_BAD;
    }
    if (outcome == READ_BAD) {
        fprintf(stderr, "idle: response (expected: 200 and 128 bytes)\n");
        exit(1);
    }
}

static int is_closed(int fd) {
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: idle PORT CONNECTIONS plain|tls\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in server = loopback((int) number(words[1], "port", 1, 65535));
    int connections = (int) number(words[2], "connections", 1, 60000);
    SSL_CTX *context = strcmp(words[3], "tls") == 0 ? tls_context() : NULL;
    int *fds = calloc((size_t) connections, sizeof *fds);
    if (fds == NULL) fail("malloc");
    for (int i = 0; i < connections; i++) {
        SSL *tls = NULL;
        fds[i] = connect_from(i, &server);
        if (context != NULL) {
            tls = SSL_new(context);
            SSL_set_fd(tls, fds[i]);
            SSL_set_tlsext_host_name(tls, "localhost");
            if (SSL_connect(tls) != 1) {
                fprintf(stderr, "idle: handshake %d failed\n", i);
                return 1;
            }
        }
        ask(fds[i], tls);
    }
    printf("{\"held\":%d}\n", connections);
    fflush(stdout);
    while (getchar() != EOF) continue;
    int closed = 0;
    for (int i = 0; i < connections; i++) closed += is_closed(fds[i]);
    printf("{\"closed\":%d}\n", closed);
    fflush(stdout);
    for (int i = 0; i < connections; i++) close_with_reset(fds[i]);
    return 0;
}
