/* The load generator: many readers of one room on one thread, a few of whom also send.

   Arguments are name=value: port, path, cookies (a file, one a line, a reader each), cursor,
   dialect (raw or socketio), pid (of the server, whose CPU time is told), senders, filler
   (characters in each message beside the time of its sending), dump (a file for the first frame
   with a message), readers (who are there from the start, but away).

   Commands come as lines on stdin, and each is answered with one line of JSON on stdout:

     connect N AT_ONCE        N readers in all, at most so many handshakes under way (0: all)
     open RATE SECONDS DRAIN  so many messages a second, at times that do not wait for answers
     closed WINDOW SECONDS WARMUP  so many messages under way: one arrived everywhere, one follows
     listen SECONDS           reads
     leave                    ends all connections
     return TARGET SECONDS AT_ONCE  who is away comes back, until all have seen TARGET
     churn N                  so many readers are reset, and come back with their cursor
     state                    what was lost, doubled, reordered or different so far

   Every delivery is checked. Messages are known by their seq, which stands in id="m<seq>". A frame
   that is, byte for byte, what the first reader of that seq was sent needs no further look; any
   other is searched for messages, each of which must have the bytes that the first reader got. */

#include "wire.h"

#define BUFFER (8 << 20) /* bytes; a frame must fit */
#define EVENTS 64        /* so many reads, and whoever has something to send has their turn */

enum State { AWAY, CONNECTING, SHAKING, JOINING, READING };

struct Missing {
    uint64_t seq;
    struct Missing *next;
};

struct Reader {
    int fd;
    enum State state;
    uint64_t next; /* the seq that must come now */
    struct Missing *missing;
    char *rest; /* a frame that is not all there yet */
    size_t rest_length;
};

struct Message {
    int64_t sent, first, last;
    uint32_t count; /* readers who have it */
    uint64_t hash;
    char *frame; /* as the first reader got it, where it came in a frame of its own */
    size_t length;
};

static int epoll, timer, port, pid, senders, socketio, closing_codes[5000];
static const char *path, *dump;
static char filler[4096], buffer[BUFFER];
static char **cookies;
static size_t cookie_count;

static struct Reader *readers;
static size_t reader_count, reading, under_way;

static struct Message *messages;
static size_t message_room;
static uint64_t base, newest; /* the seq of messages[0]; the highest that came */

/* What is told of. */
static uint64_t doubled, reordered, differing, lost_connections, refused, restarted, malformed;
static uint64_t deliveries, sent, unsent, completed;
static int64_t phase_began;
static uint64_t turn_sender, nonce;
static int commanded;

static void begin(struct Reader *reader);

static struct Message *message(uint64_t seq)
{
    if (seq < base) return NULL;
    size_t index = seq - base;
    if (index >= message_room) {
        size_t room = message_room ? message_room : 4096;
        while (room <= index) room *= 2;
        messages = checked(realloc(messages, room * sizeof *messages));
        memset(messages + message_room, 0, (room - message_room) * sizeof *messages);
        message_room = room;
    }
    return &messages[index];
}

static uint64_t hash_of(const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037ULL; /* FNV-1a */
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 1099511628211ULL;
    return hash;
}

static void say_frame(struct Reader *reader, int opcode, const char *text, size_t length)
{
    unsigned char frame[8192];
    uint32_t key = (uint32_t)(nonce++ * 2654435761U) | 1;
    size_t head = frame_head(frame, opcode, length, 0x80);
    memcpy(frame + head, &key, 4);
    head += 4;
    for (size_t i = 0; i < length; i++) frame[head + i] = text[i] ^ (key >> (8 * (i & 3)));
    if (send(reader->fd, frame, head + length, MSG_NOSIGNAL) != (ssize_t)(head + length)) unsent++;
}

static void away(struct Reader *reader, int expected)
{
    if (reader->state == AWAY) return;
    if (reader->state == READING) reading--;
    else under_way--;
    if (!expected) lost_connections++;
    reader->state = AWAY;
    close(reader->fd);
    free(reader->rest);
    reader->rest = NULL;
    reader->rest_length = 0;
}

/* Counts a message at a reader; `m` is it, `now` when it came. */
static void arrived(struct Reader *reader, uint64_t seq, struct Message *m, int64_t now)
{
    if (seq == reader->next) {
        reader->next++;
    } else if (seq > reader->next) {
        for (; reader->next < seq; reader->next++) {
            struct Missing *one = checked(malloc(sizeof *one));
            *one = (struct Missing){reader->next, reader->missing};
            reader->missing = one;
        }
        reader->next++;
    } else {
        struct Missing **at = &reader->missing;
        while (*at && (*at)->seq != seq) at = &(*at)->next;
        if (!*at) {
            doubled++;
            return;
        }
        struct Missing *late = *at;
        *at = late->next;
        free(late);
        reordered++;
    }
    deliveries++;
    if (seq > newest) newest = seq;
    if (!m->count++) m->first = now;
    m->last = now;
    if (m->count == reading && m->sent >= phase_began) completed++;
}

/* Looks for messages in a frame; returns how many there are. */
static int search(struct Reader *reader, const struct Frame *frame, int64_t now)
{
    const char *mark = socketio ? "id=\\\"m" : "id=\"m";
    size_t mark_length = strlen(mark);
    const char *at = frame->payload, *end = at + frame->length;
    int found = 0;
    while ((at = memmem(at, end - at, mark, mark_length))) {
        const char *begin = at;
        at += mark_length;
        if (at == end || *at < '0' || *at > '9') continue;
        uint64_t seq = digits(&at, end);
        const char *stop = memmem(at, end - at, "</li>", 5);
        struct Message *m = message(seq);
        if (!m || !stop) {
            malformed += !stop;
            doubled += !m;
            continue;
        }
        size_t before = begin - frame->payload;
        if (!found && memmem(frame->payload, before, "hx-target=\"#messages\"", 21)) {
            restarted++; /* the newest page, in the place of what was missed */
            if (seq > reader->next) reader->next = seq;
        }
        uint64_t hash = hash_of(begin, stop - begin);
        if (!m->hash) {
            m->hash = hash;
            const char *time = memmem(at, stop - at, "sent ", 5);
            if (time) {
                time += 5;
                m->sent = (int64_t)digits(&time, stop);
            }
        } else if (m->hash != hash) {
            differing++;
        }
        arrived(reader, seq, m, now);
        found++;
        at = stop;
    }
    return found;
}

static void text_came(struct Reader *reader, const struct Frame *frame, int64_t now)
{
    if (socketio && frame->length && frame->payload[0] != '4') {
        if (frame->payload[0] == '0') say_frame(reader, OP_TEXT, "40", 2);
        if (frame->payload[0] == '2') say_frame(reader, OP_TEXT, "3", 1);
        return;
    }
    if (socketio && frame->length > 1 && frame->payload[1] == '0') {
        say_frame(reader, OP_TEXT, "42[\"resume\",\"0\"]", 16);
        return;
    }
    if (reader->state == JOINING) {
        reader->state = READING;
        under_way--;
        reading++;
    }
    struct Message *next = message(reader->next);
    if (next && next->frame && next->length == frame->length &&
        !memcmp(next->frame, frame->payload, frame->length)) {
        arrived(reader, reader->next, next, now);
        return;
    }
    uint64_t before = reader->next;
    int found = search(reader, frame, now);
    next = message(before);
    if (found == 1 && reader->next == before + 1 && next && !next->frame) {
        next->frame = checked(malloc(frame->length));
        memcpy(next->frame, frame->payload, frame->length);
        next->length = frame->length;
        if (*dump) {
            FILE *file = fopen(dump, "w");
            if (!file) die("Cannot write %s: %s", dump, strerror(errno));
            fwrite(frame->payload, 1, frame->length, file);
            fclose(file);
            dump = "";
        }
    }
}

/* Takes what has come; returns how much of it was whole frames, or -1 where the end came. */
static ssize_t take(struct Reader *reader, char *data, size_t length, int64_t now)
{
    size_t done = 0, taken;
    struct Frame frame;
    if (reader->state == SHAKING) {
        char *end = memmem(data, length, "\r\n\r\n", 4);
        if (!end) return 0;
        if (length < 12 || memcmp(data + 9, "101", 3)) return -1;
        done = end + 4 - data;
        reader->state = JOINING;
        if (!socketio) {
            char resume[96];
            int size = snprintf(resume, sizeof resume, "{\"act\":\"resume\",\"cursor\":\"%llu\"}",
                                (unsigned long long)reader->next - 1);
            say_frame(reader, OP_TEXT, resume, size);
        }
    }
    while ((taken = read_frame(data + done, length - done, &frame))) {
        done += taken;
        if (frame.opcode == OP_TEXT) {
            text_came(reader, &frame, now);
        } else if (frame.opcode == OP_PING) {
            say_frame(reader, OP_PONG, frame.payload, frame.length);
        } else if (frame.opcode == OP_CLOSE) {
            unsigned char *code = (unsigned char *)frame.payload;
            int which = frame.length < 2 ? 1005 : code[0] << 8 | code[1];
            closing_codes[which < 5000 ? which : 0]++;
            return -1;
        } else {
            malformed++;
        }
    }
    return done;
}

static void shake(struct Reader *reader)
{
    char request[4096];
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(reader->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    const char *cookie = cookies[(reader - readers) % cookie_count];
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcy4uLg==\r\n"
                          "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                          path, port, *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    if (error || send(reader->fd, request, length, MSG_NOSIGNAL) != length) {
        refused++;
        away(reader, 1);
        return;
    }
    reader->state = SHAKING;
    watch(epoll, EPOLL_CTL_MOD, reader->fd, EPOLLIN, reader);
}

static void readable(struct Reader *reader)
{
    memcpy(buffer, reader->rest, reader->rest_length);
    ssize_t came = recv(reader->fd, buffer + reader->rest_length, BUFFER - reader->rest_length, 0);
    if (came < 0 && (errno == EAGAIN || errno == EINTR)) return;
    size_t length = reader->rest_length + (came > 0 ? came : 0);
    int shaking = reader->state == SHAKING;
    ssize_t done = came > 0 ? take(reader, buffer, length, now_ns()) : -1;
    if (done < 0) {
        refused += shaking;
        away(reader, shaking);
        return;
    }
    if (length == BUFFER && !done) die("A frame is larger than %d bytes.", BUFFER);
    if ((size_t)done == length && !reader->rest) return;
    free(reader->rest);
    reader->rest = NULL;
    reader->rest_length = length - done;
    if (reader->rest_length) {
        reader->rest = checked(malloc(reader->rest_length));
        memcpy(reader->rest, buffer + done, reader->rest_length);
    }
}

/* Takes what there is, after waiting for it until `until` at most. */
static void turn(int64_t until)
{
    struct epoll_event events[EVENTS];
    struct itimerspec at = {.it_value = {until / SECOND, until % SECOND}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
    int count = epoll_wait(epoll, events, EVENTS, until <= now_ns() ? 0 : -1);
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == &commanded) {
            commanded = 1;
        } else if (events[i].data.ptr != &timer) {
            struct Reader *reader = events[i].data.ptr;
            if (reader->state == CONNECTING) shake(reader);
            else if (reader->state != AWAY) readable(reader);
        }
    }
}

static void begin(struct Reader *reader)
{
    if ((reader->fd = begin_connect(port)) < 0) {
        if (errno == EMFILE) die("There are no descriptors left for more connections.");
        refused++;
        return;
    }
    reader->state = CONNECTING;
    under_way++;
    watch(epoll, EPOLL_CTL_ADD, reader->fd, EPOLLOUT, reader);
}

/* Sends a message that says when it was to be sent. */
static void speak(int64_t when)
{
    size_t among = (size_t)senders < reader_count ? (size_t)senders : reader_count;
    struct Reader *reader = NULL;
    for (size_t tries = 0; tries < among; tries++) {
        reader = &readers[turn_sender++ % among];
        if (reader->state == READING) break;
    }
    if (!reader || reader->state != READING) {
        unsent++;
        return;
    }
    char act[6000];
    static const char *forms[] = {
        "{\"act\":\"say\",\"text\":\"sent %lld %s\",\"nonce\":\"%x-%llx\"}",
        "42[\"say\",{\"text\":\"sent %lld %s\",\"nonce\":\"%x-%llx\"}]",
    };
    int length = snprintf(act, sizeof act, forms[socketio], (long long)when, filler, getpid(),
                          (unsigned long long)nonce);
    say_frame(reader, OP_TEXT, act, length);
    sent++;
}

static uint64_t missing(void)
{
    uint64_t count = 0;
    for (size_t i = 0; i < reader_count; i++) {
        if (readers[i].state == AWAY) continue;
        for (struct Missing *one = readers[i].missing; one; one = one->next) count++;
        if (newest >= readers[i].next) count += newest + 1 - readers[i].next;
    }
    return count;
}

static void tell_checks(void)
{
    printf("\"readers\":%zu,\"lost\":%llu,\"doubled\":%llu,\"reordered\":%llu,\"differing\":%llu,"
           "\"malformed\":%llu,\"lost_connections\":%llu,\"refused\":%llu,\"restarted\":%llu,"
           "\"newest\":%llu,\"codes\":{",
           reading, (unsigned long long)missing(), (unsigned long long)doubled,
           (unsigned long long)reordered, (unsigned long long)differing,
           (unsigned long long)malformed, (unsigned long long)lost_connections,
           (unsigned long long)refused, (unsigned long long)restarted, (unsigned long long)newest);
    const char *comma = "";
    for (int code = 0; code < 5000; code++)
        if (closing_codes[code]) {
            printf("%s\"%d\":%d", comma, code, closing_codes[code]);
            comma = ",";
        }
    printf("}");
}

/* When the messages of this phase came to the first and to the last reader, in us from sending. */
static void tell_latencies(void)
{
    uint64_t incomplete = 0, seen = 0;
    for (int last = 0; last < 2; last++) {
        printf(",\"%s_us\":[", last ? "last" : "first");
        const char *comma = "";
        for (uint64_t seq = base; seq <= newest; seq++) {
            struct Message *m = message(seq);
            if (m->sent < phase_began || !m->count) continue;
            seen += last;
            if (m->count < reading) {
                incomplete += last;
                continue;
            }
            printf("%s%lld", comma, (long long)((last ? m->last : m->first) - m->sent) / 1000);
            comma = ",";
        }
        printf("]");
    }
    printf(",\"seen\":%llu,\"incomplete\":%llu", (unsigned long long)seen,
           (unsigned long long)incomplete);
}

struct Meter {
    int64_t time;
    double own, server;
    uint64_t deliveries, completed;
};

static struct Meter meter(void)
{
    return (struct Meter){now_ns(), own_cpu(), cpu_of(pid), deliveries, completed};
}

static void tell(const struct Meter *began, const struct Meter *ended)
{
    printf("{\"seconds\":%.6f,\"own_cpu_s\":%.6f,\"server_cpu_s\":%.3f,\"deliveries\":%llu,"
           "\"completed\":%llu,\"sent\":%llu,\"unsent\":%llu,",
           (ended->time - began->time) / 1e9, ended->own - began->own,
           ended->server - began->server,
           (unsigned long long)(ended->deliveries - began->deliveries),
           (unsigned long long)(ended->completed - began->completed), (unsigned long long)sent,
           (unsigned long long)unsent);
    tell_checks();
}

static void new_phase(void)
{
    sent = unsent = completed = 0;
    phase_began = now_ns();
}

static void grow(size_t count)
{
    if (count <= reader_count) return;
    /* Readers are known to epoll by their address: the room for all is taken once. */
    for (size_t i = reader_count; i < count; i++)
        readers[i] = (struct Reader){.state = AWAY, .next = base};
    reader_count = count;
}

/* Lets those who are away come back, until all are there or the time is over. */
static void gather(size_t at_once, int64_t deadline)
{
    size_t from = 0;
    int64_t again = 0;
    while (reading < reader_count && now_ns() < deadline) {
        if (now_ns() >= again) {
            from = 0; /* who was refused tries again */
            again = now_ns() + SECOND / 20;
        }
        for (; from < reader_count && (!at_once || under_way < at_once); from++)
            if (readers[from].state == AWAY) begin(&readers[from]);
        turn(now_ns() + SECOND / 20);
    }
}

static void listen_until(int64_t deadline)
{
    while (now_ns() < deadline) turn(deadline);
}

static void run_open(double rate, double seconds, double drain)
{
    new_phase();
    struct Meter began = meter();
    uint64_t total = (uint64_t)(rate * seconds), due = 0;
    while (due < total) {
        int64_t when = began.time + (int64_t)(due * (SECOND / rate));
        if (when <= now_ns()) {
            speak(when);
            due++;
        } else {
            turn(when);
        }
    }
    int64_t deadline = now_ns() + (int64_t)(drain * SECOND);
    while (completed < sent && now_ns() < deadline) turn(now_ns() + SECOND / 100);
    struct Meter ended = meter();
    tell(&began, &ended);
    tell_latencies();
}

static void run_closed(uint64_t window, double seconds, double warmup)
{
    new_phase();
    struct Meter began = meter();
    int64_t start = began.time + (int64_t)(warmup * SECOND);
    int64_t stop = start + (int64_t)(seconds * SECOND);
    int warm = 0;
    while (now_ns() < stop) {
        while (sent + unsent < completed + window) speak(now_ns());
        if (!warm && now_ns() >= start) {
            warm = 1;
            began = meter();
        }
        turn(warm ? stop : start);
    }
    struct Meter ended = meter();
    int64_t deadline = now_ns() + 3 * SECOND;
    while (completed < sent && now_ns() < deadline) turn(now_ns() + SECOND / 100);
    tell(&began, &ended);
    tell_latencies();
}

static void run_return(uint64_t target, double seconds, size_t at_once)
{
    struct Meter began = meter();
    int64_t deadline = began.time + (int64_t)(seconds * SECOND), all_there = 0;
    size_t behind = reader_count;
    gather(at_once, deadline);
    all_there = now_ns();
    while (behind && now_ns() < deadline) {
        behind = 0;
        for (size_t i = 0; i < reader_count && !behind; i++)
            behind = readers[i].state != READING || readers[i].next <= target;
        if (behind) turn(now_ns() + SECOND / 100);
    }
    struct Meter ended = meter();
    tell(&began, &ended);
    printf(",\"connected_s\":%.6f,\"caught_up\":%s", (all_there - began.time) / 1e9,
           behind ? "false" : "true");
}

static void run_churn(size_t count)
{
    struct linger reset = {1, 0};
    for (size_t i = 0; i < count && i < reader_count; i++) {
        struct Reader *reader = &readers[(nonce * 7919 + i * 31) % reader_count];
        if (reader->state != READING) continue;
        setsockopt(reader->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        away(reader, 1);
        begin(reader);
    }
    gather(0, now_ns() + 10 * SECOND);
}

static void obey(char *line)
{
    double first = 0, second = 0, third = 0;
    char verb[16] = "";
    sscanf(line, "%15s %lf %lf %lf", verb, &first, &second, &third);
    struct Meter began = meter();
    if (!strcmp(verb, "open")) {
        run_open(first, second, third);
    } else if (!strcmp(verb, "closed")) {
        run_closed(first, second, third);
    } else if (!strcmp(verb, "return")) {
        run_return(first, second, third);
    } else {
        if (!strcmp(verb, "connect")) {
            grow(first);
            gather(second, began.time + 120 * SECOND);
        } else if (!strcmp(verb, "listen")) {
            listen_until(began.time + (int64_t)(first * SECOND));
        } else if (!strcmp(verb, "leave")) {
            for (size_t i = 0; i < reader_count; i++) away(&readers[i], 1);
        } else if (!strcmp(verb, "churn")) {
            run_churn(first);
        } else if (strcmp(verb, "state")) {
            die("There is no command %s.", verb);
        }
        struct Meter ended = meter();
        tell(&began, &ended);
    }
    printf("}\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    raise_descriptors();
    port = atoi(argument(argc, argv, "port", "8000"));
    pid = atoi(argument(argc, argv, "pid", "0"));
    path = argument(argc, argv, "path", "/rooms/lobby/socket");
    dump = argument(argc, argv, "dump", "");
    senders = atoi(argument(argc, argv, "senders", "16"));
    socketio = !strcmp(argument(argc, argv, "dialect", "raw"), "socketio");
    base = strtoull(argument(argc, argv, "cursor", "0"), NULL, 10) + 1;
    newest = base - 1;
    size_t length = strtoul(argument(argc, argv, "filler", "60"), NULL, 10);
    if (length >= sizeof filler) die("At most %zu characters of filler.", sizeof filler - 1);
    memset(filler, 'x', length);
    for (size_t i = 5; i < length; i += 6) filler[i] = ' ';
    cookies = lines_of(argument(argc, argv, "cookies", ""), &cookie_count);
    readers = checked(calloc(1 << 17, sizeof *readers));
    nonce = (uint64_t)now_ns();
    grow(strtoul(argument(argc, argv, "readers", "0"), NULL, 10));

    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    watch(epoll, EPOLL_CTL_ADD, timer, EPOLLIN | EPOLLET, &timer);
    watch(epoll, EPOLL_CTL_ADD, 0, EPOLLIN, &commanded);
    /* One read at a time, so that epoll tells of whatever is left. */
    setvbuf(stdin, NULL, _IONBF, 0);
    char line[256];
    for (;;) {
        commanded = 0;
        while (!commanded) turn(now_ns() + SECOND);
        if (!fgets(line, sizeof line, stdin)) return 0;
        obey(line);
    }
}
