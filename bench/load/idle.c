/* idle PORT CONNECTIONS plain|tls|h2|ws: opens connections, makes one request on each (over TLS; by HTTP/2 over TLS; that
 * opens a WebSocket), then holds them all.
 * The source address changes every 400 connections (127.0.1.1, 127.0.1.2, ...), as it would with many clients, so that limits
 * per client stay on. Prints {"held":N} when all are open; at end of input {"closed":N}, the number the server ended. */
#include "net.h"

#include <openssl/ssl.h>
#include <sys/resource.h>

#define PER_ADDRESS 400

static const char request[] = "GET /s HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char upgrade[] = "GET /w HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
/* RFC 9113: preface, empty SETTINGS, and HEADERS of stream 1, to its end: GET https://localhost/s (RFC 7541, appendix A). */
static const char request_h2[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" "\0\0\0\4\0\0\0\0\0"
    "\0\0\x11\1\5\0\0\0\1" "\x82\x87\x04\2/s" "\x01\x09localhost";
static const char settings_ack[] = "\0\0\0\4\1\0\0\0\0";
enum { FRAME_HEAD = 9, DATA = 0, RST_STREAM = 3, SETTINGS = 4, GOAWAY = 7, ACK = 1, END_STREAM = 1 };

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

static void no_response(const char *expected) {
    fprintf(stderr, "idle: response (expected: %s)\n", expected);
    exit(1);
}

static void read_whole(SSL *tls, unsigned char *bytes, int length) {
    for (int at = 0; at < length;) {
        int n = SSL_read(tls, bytes + at, length - at);
        if (n <= 0) no_response("frames of HTTP/2");
        at += n;
    }
}

static void ask_h2(SSL *tls) {
    unsigned char head[FRAME_HEAD], payload[16384];
    SSL_write(tls, request_h2, sizeof request_h2 - 1);
    for (long body = 0;;) {
        read_whole(tls, head, FRAME_HEAD);
        int length = head[0] << 16 | head[1] << 8 | head[2];
        if (length > (int) sizeof payload) no_response("frames of 16 KiB at most");
        read_whole(tls, payload, length);
        if (head[3] == SETTINGS && !(head[4] & ACK)) SSL_write(tls, settings_ack, sizeof settings_ack - 1);
        if (head[3] == RST_STREAM || head[3] == GOAWAY) no_response("200 by HTTP/2");
        if (head[3] != DATA) continue;
        body += length;
        if (head[4] & END_STREAM) {
            if (body != 128) no_response("128 bytes by HTTP/2");
            return;
        }
    }
}

static void ask_ws(int fd) {
    char bytes[4096];
    int length = 0;
    if (send(fd, upgrade, sizeof upgrade - 1, MSG_NOSIGNAL) < 0) fail("send");
    do {
        int n = (int) recv(fd, bytes + length, sizeof bytes - 1 - (size_t) length, 0);
        if (n <= 0) no_response("101");
        length += n;
        bytes[length] = 0;
    } while (strstr(bytes, "\r\n\r\n") == NULL);
    if (strncmp(bytes, "HTTP/1.1 101 ", 13) != 0) no_response("101");
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
    if (outcome == READ_BAD) no_response("200 and 128 bytes");
}

static int is_closed(int fd) {
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: idle PORT CONNECTIONS plain|tls|h2|ws\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in server = loopback((int) number(words[1], "port", 1, 65535));
    int connections = (int) number(words[2], "connections", 1, 60000);
    int is_h2 = strcmp(words[3], "h2") == 0, is_ws = strcmp(words[3], "ws") == 0;
    SSL_CTX *context = is_h2 || strcmp(words[3], "tls") == 0 ? tls_context() : NULL;
    if (is_h2) SSL_CTX_set_alpn_protos(context, (const unsigned char *) "\2h2", 3);
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
        if (is_h2) ask_h2(tls);
        else if (is_ws) ask_ws(fds[i]);
        else ask(fds[i], tls);
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
