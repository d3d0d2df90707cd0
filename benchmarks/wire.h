/* What the load generator, the poster and the limit share: time, sockets, frames, small texts. */

#ifndef WIRE_H
#define WIRE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL /* in ns, as all times here */

enum { OP_CONTINUATION = 0, OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static inline void die(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
    exit(1);
}

static inline void *checked(void *memory)
{
    if (!memory) die("There is no memory left.");
    return memory;
}

static inline int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

/* The CPU time of this process, in seconds. */
static inline double own_cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* The CPU time of another process with all its threads, in seconds; 0 where it is not known. */
static inline double cpu_of(int pid)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = pid ? fopen(path, "r") : NULL;
    if (!file) return 0;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = 0;
    char *rest = strrchr(line, ')'); /* the name before it may hold anything */
    unsigned long user = 0, system = 0;
    if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                        &user, &system) != 2)
        return 0;
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

/* The value of an argument `name=value`, or what stands for it. */
static inline const char *argument(int argc, char **argv, const char *name, const char *otherwise)
{
    size_t length = strlen(name);
    for (int i = 1; i < argc; i++)
        if (!strncmp(argv[i], name, length) && argv[i][length] == '=') return argv[i] + length + 1;
    return otherwise;
}

static inline void raise_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static inline void without_delay(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Begins to connect to a port of this machine; -1 where that is not possible. */
static inline int begin_connect(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    without_delay(fd);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void watch(int epoll, int how, int fd, uint32_t events, void *whose)
{
    struct epoll_event event = {.events = events, .data.ptr = whose};
    if (epoll_ctl(epoll, how, fd, &event)) die("epoll_ctl: %s", strerror(errno));
}

/* Writes the head of a frame; returns its length. A mask of a client is `masked` = 0x80. */
static inline size_t frame_head(unsigned char *to, int opcode, size_t length, int masked)
{
    to[0] = 0x80 | opcode;
    if (length < 126) {
        to[1] = masked | length;
        return 2;
    }
    if (length < 65536) {
        to[1] = masked | 126;
        to[2] = length >> 8;
        to[3] = length;
        return 4;
    }
    to[1] = masked | 127;
    for (int i = 0; i < 8; i++) to[2 + i] = (uint64_t)length >> (56 - 8 * i);
    return 10;
}

struct Frame {
    int opcode;
    char *payload;
    size_t length;
};

/* Reads the frame that `data` begins with; returns its whole length, 0 where it is not all there.
   A masked payload is unmasked in place. */
static inline size_t read_frame(char *data, size_t there, struct Frame *frame)
{
    unsigned char *bytes = (unsigned char *)data;
    if (there < 2) return 0;
    size_t head = 2;
    uint64_t length = bytes[1] & 127;
    if (length == 126) {
        if (there < 4) return 0;
        length = bytes[2] << 8 | bytes[3];
        head = 4;
    } else if (length == 127) {
        if (there < 10) return 0;
        length = 0;
        for (int i = 0; i < 8; i++) length = length << 8 | bytes[2 + i];
        head = 10;
    }
    unsigned char *mask = bytes[1] & 128 ? bytes + head : NULL;
    if (mask) head += 4;
    if (there < head + length) return 0;
    frame->opcode = bytes[0] & 15;
    frame->payload = data + head;
    frame->length = length;
    if (mask)
        for (uint64_t i = 0; i < length; i++) frame->payload[i] ^= mask[i & 3];
    return head + length;
}

/* The number that a text begins with; moves the text behind it. */
static inline uint64_t digits(const char **text, const char *end)
{
    uint64_t number = 0;
    for (; *text < end && **text >= '0' && **text <= '9'; (*text)++)
        number = number * 10 + (uint64_t)(**text - '0');
    return number;
}

/* The lines of a file, and how many; a file that is not there is one empty line. */
static inline char **lines_of(const char *path, size_t *count)
{
    char **lines = checked(malloc(sizeof *lines));
    lines[0] = "";
    *count = 1;
    FILE *file = *path ? fopen(path, "r") : NULL;
    if (!file) return lines;
    char *line = NULL;
    size_t room = 0, there = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        lines = checked(realloc(lines, (there + 1) * sizeof *lines));
        lines[there++] = checked(strdup(line));
    }
    free(line);
    fclose(file);
    if (there) *count = there;
    return lines;
}

#endif
