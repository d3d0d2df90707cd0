/* The limit: what an epoll server in C does with the same frames, and nothing else.

   Arguments are name=value: port, frame (a file: a frame's payload with the marks {cursor}, {seq}
   and {text}), batched (1: all frames of a loop turn in one write for each reader; 0: a write for
   each message and reader), book (a file: what is told is written to it and on the disk before).
   It knows no person and renders nothing. */

#include "wire.h"

#define EVENTS 1024
#define READ_SIZE 65536
#define PIECES 64
#define BOOK_SIZE (4 << 20)

enum Mark { CURSOR, SEQ, TEXT, NOTHING };

struct Peer {
    int fd, shaken, resumed;
    size_t index;
    char *rest; /* what has come of a frame or a handshake */
    size_t rest_length;
    char *waiting; /* what the kernel did not take */
    size_t waiting_length;
};

static struct {
    const char *text;
    size_t length;
    enum Mark mark; /* stands behind the text */
} pieces[PIECES];
static int piece_count, epoll, batched, book;
static struct Peer **peers;
static size_t peer_count, peer_room;
static char *turn; /* the frames of this loop turn */
static size_t turn_length, turn_room;
static uint64_t seq;

/* SHA-1 (FIPS 180-4), for the handshake alone; the text has less than 120 bytes. */
static void sha1(const char *text, unsigned char digest[20])
{
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
    unsigned char block[128] = {0};
    size_t length = strlen(text), blocks = (length + 9 + 63) / 64;
    memcpy(block, text, length);
    block[length] = 0x80;
    block[blocks * 64 - 2] = length * 8 >> 8;
    block[blocks * 64 - 1] = length * 8;
    for (size_t at = 0; at < blocks; at++) {
        for (int i = 0; i < 80; i++) {
            unsigned char *b = block + at * 64 + i * 4;
            uint32_t x = i < 16 ? 0 : w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
            w[i] = i < 16 ? (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3] : x << 1 | x >> 31;
        }
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5A827999
                       : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                       : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                : (b ^ c ^ d) + 0xCA62C1D6;
            uint32_t next = (a << 5 | a >> 27) + f + e + w[i];
            e = d, d = c, c = b << 30 | b >> 2, b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = h[i / 4] >> (24 - 8 * (i % 4));
}

static void base64(const unsigned char *data, size_t length, char *to)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        uint32_t three = data[i] << 16 | (i + 1 < length ? data[i + 1] << 8 : 0) |
                         (i + 2 < length ? data[i + 2] : 0);
        for (int j = 0; j < 4; j++)
            *to++ = i + j > length ? '=' : letters[three >> (18 - 6 * j) & 63];
    }
    *to = 0;
}

static void leave(struct Peer *peer)
{
    close(peer->fd);
    peers[peer->index] = peers[--peer_count];
    peers[peer->index]->index = peer->index;
    free(peer->rest);
    free(peer->waiting);
    free(peer);
}

/* Writes what the kernel takes, and keeps the rest; whose connection is lost is read to its end. */
static void write_to(struct Peer *peer, const char *data, size_t length)
{
    size_t done = 0;
    if (!peer->waiting_length) {
        ssize_t took = send(peer->fd, data, length, MSG_NOSIGNAL);
        if (took < 0 && errno != EAGAIN) return;
        done = took < 0 ? 0 : took;
        if (done == length) return;
        watch(epoll, EPOLL_CTL_MOD, peer->fd, EPOLLIN | EPOLLOUT, peer);
    }
    peer->waiting = checked(realloc(peer->waiting, peer->waiting_length + length - done));
    memcpy(peer->waiting + peer->waiting_length, data + done, length - done);
    peer->waiting_length += length - done;
}

static void flush(struct Peer *peer)
{
    ssize_t took = send(peer->fd, peer->waiting, peer->waiting_length, MSG_NOSIGNAL);
    if (took < 0) return;
    peer->waiting_length -= took;
    memmove(peer->waiting, peer->waiting + took, peer->waiting_length);
    if (peer->waiting_length) return;
    free(peer->waiting);
    peer->waiting = NULL;
    watch(epoll, EPOLL_CTL_MOD, peer->fd, EPOLLIN, peer);
}

static void tell_all(void)
{
    static size_t at;
    if (book >= 0) {
        if (at + turn_length > BOOK_SIZE) at = 0;
        if (pwrite(book, turn, turn_length, at) != (ssize_t)turn_length || fdatasync(book))
            die("Cannot write the book: %s", strerror(errno));
        at += turn_length;
    }
    for (size_t i = 0; i < peer_count; i++)
        if (peers[i]->resumed) write_to(peers[i], turn, turn_length);
    turn_length = 0;
}

static void say(const char *text, size_t length)
{
    char html[32768];
    size_t there = 0;
    seq++;
    for (int i = 0; i < piece_count; i++) {
        if (there + pieces[i].length + length + 24 > sizeof html) die("A message is too long.");
        memcpy(html + there, pieces[i].text, pieces[i].length);
        there += pieces[i].length;
        if (pieces[i].mark == TEXT) {
            memcpy(html + there, text, length);
            there += length;
        } else if (pieces[i].mark != NOTHING) {
            there += sprintf(html + there, "%llu",
                             (unsigned long long)seq - (pieces[i].mark == CURSOR));
        }
    }
    if (turn_length + there + 10 > turn_room) {
        turn_room = 2 * turn_room + there + 10;
        turn = checked(realloc(turn, turn_room));
    }
    turn_length += frame_head((unsigned char *)turn + turn_length, OP_TEXT, there, 0);
    memcpy(turn + turn_length, html, there);
    turn_length += there;
    if (!batched) tell_all();
}

static void hear(struct Peer *peer, const char *text, size_t length)
{
    static const char ready[] = "\x81\x20<hx-partial hx-target=\"#status\">";
    if (memmem(text, length, "\"resume\"", 8)) {
        write_to(peer, ready, sizeof ready - 1);
        peer->resumed = 1;
        return;
    }
    const char *begin = memmem(text, length, "\"text\":\"", 8);
    const char *end = begin ? memchr(begin + 8, '"', text + length - begin - 8) : NULL;
    if (end) say(begin + 8, end - begin - 8);
}

static int shake(struct Peer *peer, char *head)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char joined[112], accept[32], answer[256], *key = strcasestr(head, "sec-websocket-key:");
    unsigned char digest[20];
    if (!key) return -1;
    snprintf(joined, sizeof joined, "%.24s%s", key + 18 + strspn(key + 18, " "), guid);
    sha1(joined, digest);
    base64(digest, 20, accept);
    int length = snprintf(answer, sizeof answer,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    write_to(peer, answer, length);
    peer->shaken = 1;
    return 0;
}

/* Reads what came; -1 where the connection is at its end. */
static int readable(struct Peer *peer)
{
    static char data[2 * READ_SIZE + 1];
    if (peer->rest_length > READ_SIZE) return -1;
    memcpy(data, peer->rest, peer->rest_length);
    ssize_t came = recv(peer->fd, data + peer->rest_length, READ_SIZE, 0);
    if (came <= 0) return came < 0 && errno == EAGAIN ? 0 : -1;
    size_t length = peer->rest_length + came, done = 0, taken;
    data[length] = 0;
    if (!peer->shaken) {
        char *end = strstr(data, "\r\n\r\n");
        if (end && shake(peer, data)) return -1;
        if (end) done = end + 4 - data;
    }
    struct Frame frame;
    while (peer->shaken && (taken = read_frame(data + done, length - done, &frame))) {
        if (frame.opcode == OP_CLOSE) return -1;
        if (frame.opcode == OP_TEXT) hear(peer, frame.payload, frame.length);
        done += taken;
    }
    free(peer->rest);
    peer->rest = NULL;
    if ((peer->rest_length = length - done)) {
        peer->rest = checked(malloc(peer->rest_length));
        memcpy(peer->rest, data + done, peer->rest_length);
    }
    return 0;
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct Peer *peer = checked(calloc(1, sizeof *peer));
        if (peer_count == peer_room) {
            peer_room = 2 * peer_room + 1024;
            peers = checked(realloc(peers, peer_room * sizeof *peers));
        }
        without_delay(fd);
        peer->fd = fd;
        peer->index = peer_count;
        peers[peer_count++] = peer;
        watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN, peer);
    }
}

/* Cuts the frame at its marks. */
static void read_pieces(const char *path)
{
    static const char *marks[] = {"{cursor}", "{seq}", "{text}"};
    static char text[16384];
    FILE *file = fopen(path, "r");
    if (!file) die("Cannot read the frame %s: %s", path, strerror(errno));
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    for (char *at = text; at;) {
        char *next = NULL;
        enum Mark mark = NOTHING;
        for (int i = 0; i < 3; i++) {
            char *found = strstr(at, marks[i]);
            if (found && (!next || found < next)) next = found, mark = i;
        }
        if (piece_count == PIECES) die("The frame has more than %d marks.", PIECES);
        pieces[piece_count].text = at;
        pieces[piece_count].length = next ? (size_t)(next - at) : strlen(at);
        pieces[piece_count++].mark = mark;
        at = next ? next + strlen(marks[mark]) : NULL;
    }
}

/* A file that is written over from its beginning: one that grows takes the disk longer. */
static int opened(const char *path)
{
    static char nothing[BOOK_SIZE];
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    if (file < 0 || pwrite(file, nothing, BOOK_SIZE, 0) != BOOK_SIZE || fsync(file))
        die("Cannot open the book %s: %s", path, strerror(errno));
    return file;
}

int main(int argc, char **argv)
{
    raise_descriptors();
    read_pieces(argument(argc, argv, "frame", "frame.html"));
    batched = atoi(argument(argc, argv, "batched", "1"));
    const char *path = argument(argc, argv, "book", "");
    book = *path ? opened(path) : -1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_port = htons(atoi(argument(argc, argv, "port", "0")));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 4096) ||
        getsockname(listener, (struct sockaddr *)&at, &size))
        die("Cannot listen: %s", strerror(errno));
    printf("http://127.0.0.1:%d\n", ntohs(at.sin_port));
    fflush(stdout);
    epoll = epoll_create1(0);
    watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct Peer *peer = events[i].data.ptr;
            if (events[i].data.ptr == &listener) {
                accept_all(listener);
                continue;
            }
            if (events[i].events & EPOLLOUT && peer->waiting_length) flush(peer);
            if (events[i].events & ~EPOLLOUT && readable(peer)) leave(peer);
        }
        if (turn_length) tell_all();
    }
}
