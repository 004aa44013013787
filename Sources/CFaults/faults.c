#include "faults.h"
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Everything a handler calls is on the list of async-signal-safe functions (signal-safety(7)).

typedef struct {
    char path[4096];
    char text[256];
} Mark;

static const int fatal[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT};
enum { fatal_count = sizeof fatal / sizeof *fatal };
static struct sigaction before[fatal_count];
static Mark marks[2];
// Which of the two holds; the other one is being written. -1: none.
static atomic_int current = -1;
static atomic_flag is_installed = ATOMIC_FLAG_INIT;

static size_t put(char *line, size_t at, size_t size, const char *text) {
    while (*text && at + 1 < size) line[at++] = *text++;
    return at;
}

static size_t put_number(char *line, size_t at, size_t size, unsigned long number) {
    char digits[24];
    size_t count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count && at + 1 < size) line[at++] = digits[--count];
    return at;
}

static void write_all(int file, const char *bytes, size_t count) {
    while (count) {
        ssize_t done = write(file, bytes, count);
        if (done <= 0) return;
        bytes += done;
        count -= (size_t)done;
    }
}

static void leave_mark(int number) {
    int which = atomic_load(&current);
    if (which < 0) return;
    const Mark *mark = &marks[which];
    int file = open(mark->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return;
    char line[400];
    size_t at = put(line, 0, sizeof line, mark->text);
    at = put(line, at, sizeof line, " pid=");
    at = put_number(line, at, sizeof line, (unsigned long)getpid());
    at = put(line, at, sizeof line, " signal=");
    at = put_number(line, at, sizeof line, (unsigned long)number);
    // Numbers of processes come again, in containers every time.
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    at = put(line, at, sizeof line, " at=");
    at = put_number(line, at, sizeof line, (unsigned long)now.tv_sec * 1000000000UL + (unsigned long)now.tv_nsec);
    at = put(line, at, sizeof line, "\n");
    write_all(file, line, at);
    fsync(file);
    close(file);
}

static uintptr_t hexadecimal(const char **text) {
    uintptr_t value = 0;
    for (;; (*text)++) {
        char c = **text;
        if (c >= '0' && c <= '9') value = value << 4 | (uintptr_t)(c - '0');
        else if (c >= 'a' && c <= 'f') value = value << 4 | (uintptr_t)(c - 'a' + 10);
        else return value;
    }
}

/// Whether the address lies in a mapped `data.mdb`: by /proc/self/maps, whose lines are `from-to flags ... path`.
static int in_store(uintptr_t address, char *path, size_t size) {
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char line[4400];
    size_t count = 0;
    int found = 0;
    char piece[512];
    ssize_t got;
    while (!found && (got = read(file, piece, sizeof piece)) > 0) {
        for (ssize_t i = 0; i < got && !found; i++) {
            if (piece[i] != '\n') {
                if (count + 1 < sizeof line) line[count++] = piece[i];
                continue;
            }
            line[count] = 0;
            const char *text = line;
            uintptr_t from = hexadecimal(&text);
            if (*text == '-') text++;
            uintptr_t to = hexadecimal(&text);
            static const char ending[] = "/data.mdb";
            size_t length = sizeof ending - 1;
            if (address >= from && address < to && count > length
                && memcmp(line + count - length, ending, length) == 0) {
                const char *name = strchr(line, '/');
                path[put(path, 0, size, name ? name : "data.mdb")] = 0;
                found = 1;
            }
            count = 0;
        }
    }
    close(file);
    return found;
}

static void handle(int number, siginfo_t *info, void *context) {
    (void)context;
    char path[4096];
    if ((number == SIGBUS || number == SIGSEGV) && info->si_code > 0
        && in_store((uintptr_t)info->si_addr, path, sizeof path)) {
        static const char first[] = "error: cannot read ";
        static const char last[] =
            ": the file was damaged or cut off while it was in use\n"
            "hint: put a copy of the run's folder back, or search again under another name\n";
        write_all(STDERR_FILENO, first, sizeof first - 1);
        write_all(STDERR_FILENO, path, strlen(path));
        write_all(STDERR_FILENO, last, sizeof last - 1);
        _exit(5);
    }
    leave_mark(number);
    // A fault happens again when this handler returns, and meets whoever handled it before (Swift prints a backtrace).
    // A signal that was sent would not come again, and a trap of the debugging kind lies behind the instruction.
    int is_fault = info->si_code > 0 && number != SIGTRAP;
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int i = 0; i < fatal_count; i++) {
        if (fatal[i] == number) sigaction(number, is_fault ? &before[i] : &plain, NULL);
    }
    if (!is_fault) raise(number);
}

void faults_install(void) {
    if (atomic_flag_test_and_set(&is_installed)) return;
    // A stack of its own, for the thread that overflows its stack; the thread keeps it for good.
    stack_t stack = {.ss_size = 64 << 10};
    stack.ss_sp = malloc(stack.ss_size);
    if (stack.ss_sp) sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &before[i]);
}

void faults_mark(const char *path, const char *text) {
    if (!path || !text || strlen(path) >= sizeof marks[0].path || strlen(text) >= sizeof marks[0].text) {
        atomic_store(&current, -1);
        return;
    }
    int next = atomic_load(&current) == 0 ? 1 : 0;
    strcpy(marks[next].path, path);
    strcpy(marks[next].text, text);
    atomic_store(&current, next);
}
