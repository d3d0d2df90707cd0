/* Requests one behind the other on many connections that are kept: posts, or pages.

   Arguments are name=value: port, path, cookies (a file, one a line, a connection each), pid,
   connections, seconds, warmup, post (1: a message each, with a nonce of its own), expect (the
   status that counts). Prints one line of JSON. */

#include "wire.h"

#define EVENTS 64
#define BUFFER (1 << 20) /* bytes; the head of an answer must fit */

struct Line {
    int fd, connected, status;
    int64_t asked;
    char *head; /* of an answer that has not all come */
    size_t head_length, left; /* `left`: how much of the body is still to come */
};

static int epoll, port, post, expect, measured;
static const char *path;
static char **cookies, buffer[BUFFER];
static size_t cookie_count, connections;
static struct Line *lines;
static uint64_t good, bad, reconnected, nonce, bytes;
static int64_t *took;
static size_t took_room;

static void open_line(struct Line *line)
{
    *line = (struct Line){.fd = begin_connect(port)};
    if (line->fd < 0) die("Cannot connect: %s", strerror(errno));
    watch(epoll, EPOLL_CTL_ADD, line->fd, EPOLLOUT, line);
}

static void ask(struct Line *line)
{
    char request[8192], form[256] = "", kind[128] = "";
    const char *cookie = cookies[(line - lines) % cookie_count];
    line->asked = now_ns();
    if (post) {
        int length = snprintf(form, sizeof form, "text=sent+%lld+in+a+form&nonce=%x-%llx",
                              (long long)line->asked, getpid(), (unsigned long long)nonce++);
        snprintf(kind, sizeof kind,
                 "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n",
                 length);
    }
    int length = snprintf(request, sizeof request,
                          "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s%s\r\n%s",
                          post ? "POST" : "GET", path, port, *cookie ? "Cookie: " : "", cookie,
                          *cookie ? "\r\n" : "", kind, form);
    if (send(line->fd, request, length, MSG_NOSIGNAL) != length) bad++;
}

static void answered(struct Line *line, int status)
{
    if (status != expect) {
        bad++;
    } else if (measured) {
        if (good == took_room) {
            took_room = 2 * took_room + 4096;
            took = checked(realloc(took, took_room * sizeof *took));
        }
        took[good++] = now_ns() - line->asked;
    }
    ask(line);
}

static void again(struct Line *line)
{
    reconnected++;
    close(line->fd);
    free(line->head);
    open_line(line);
}

static void readable(struct Line *line)
{
    memcpy(buffer, line->head, line->head_length);
    ssize_t came = recv(line->fd, buffer + line->head_length, BUFFER - 1 - line->head_length, 0);
    if (came < 0 && errno == EAGAIN) return;
    if (came <= 0) {
        again(line);
        return;
    }
    if (measured) bytes += came;
    if (line->left) {
        /* Only the last bytes of a body end an answer: nothing follows that was not asked for. */
        if ((size_t)came > line->left) die("More came than was asked for.");
        line->left -= came;
        if (!line->left) answered(line, line->status);
        return;
    }
    size_t length = line->head_length + came;
    buffer[length] = 0;
    free(line->head);
    line->head = NULL;
    line->head_length = 0;
    char *end = strstr(buffer, "\r\n\r\n");
    if (!end) {
        if (length == BUFFER - 1) die("The head of an answer is too long.");
        line->head = checked(malloc(length));
        line->head_length = length;
        memcpy(line->head, buffer, length);
        return;
    }
    char *size = strcasestr(buffer, "\r\ncontent-length:");
    if (!size || size > end) die("Expected an answer with a Content-Length, came %.300s", buffer);
    size_t body = strtoul(size + 17, NULL, 10), there = length - (end + 4 - buffer);
    if (there > body) die("More came than was asked for.");
    line->status = atoi(buffer + 9);
    line->left = body - there;
    if (!line->left) answered(line, line->status);
}

static void run_until(int64_t until)
{
    struct epoll_event events[EVENTS];
    int64_t now;
    while ((now = now_ns()) < until) {
        int count = epoll_wait(epoll, events, EVENTS, (until - now) / 1000000 + 1);
        for (int i = 0; i < count; i++) {
            struct Line *line = events[i].data.ptr;
            if (!line->connected) {
                line->connected = 1;
                watch(epoll, EPOLL_CTL_MOD, line->fd, EPOLLIN, line);
                ask(line);
            } else {
                readable(line);
            }
        }
    }
}

int main(int argc, char **argv)
{
    raise_descriptors();
    port = atoi(argument(argc, argv, "port", "8000"));
    path = argument(argc, argv, "path", "/rooms/lobby");
    post = atoi(argument(argc, argv, "post", "0"));
    expect = atoi(argument(argc, argv, "expect", post ? "303" : "200"));
    connections = strtoul(argument(argc, argv, "connections", "64"), NULL, 10);
    cookies = lines_of(argument(argc, argv, "cookies", ""), &cookie_count);
    int pid = atoi(argument(argc, argv, "pid", "0"));
    int64_t warmup = (int64_t)(atof(argument(argc, argv, "warmup", "0.5")) * SECOND);
    int64_t seconds = (int64_t)(atof(argument(argc, argv, "seconds", "1")) * SECOND);
    nonce = (uint64_t)now_ns();
    epoll = epoll_create1(0);
    lines = checked(calloc(connections, sizeof *lines));
    for (size_t i = 0; i < connections; i++) open_line(&lines[i]);
    run_until(now_ns() + warmup);
    double own = own_cpu(), server = cpu_of(pid);
    int64_t began = now_ns();
    measured = 1;
    bad = reconnected = 0;
    run_until(began + seconds);
    printf("{\"seconds\":%.6f,\"own_cpu_s\":%.6f,\"server_cpu_s\":%.3f,\"good\":%llu,\"bad\":%llu,"
           "\"reconnected\":%llu,\"bytes\":%llu,\"took_us\":[",
           (now_ns() - began) / 1e9, own_cpu() - own, cpu_of(pid) - server,
           (unsigned long long)good, (unsigned long long)bad, (unsigned long long)reconnected,
           (unsigned long long)bytes);
    for (uint64_t i = 0; i < good; i++) printf("%s%lld", i ? "," : "", (long long)took[i] / 1000);
    printf("]}\n");
    return 0;
}
