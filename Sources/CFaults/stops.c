#define _GNU_SOURCE
#include "stops.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static int taken[8];
static int taken_count;
static atomic_int first, interrupts, target = -1;

static void handle(int number) {
    int before = errno, none = 0;
    atomic_compare_exchange_strong(&first, &none, number);
    if (number == SIGINT) atomic_fetch_add(&interrupts, 1);
    int pipe = atomic_load(&target);
    unsigned char byte = (unsigned char)number;
    // A full pipe has told enough.
    if (pipe >= 0 && write(pipe, &byte, 1) < 0) {}
    errno = before;
}

static void install(void (*what)(int)) {
    struct sigaction action = {.sa_handler = what, .sa_flags = SA_RESTART};
    // One after the other: of two that wait, the second would else be handled before the first.
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < taken_count; i++) sigaddset(&action.sa_mask, taken[i]);
    for (int i = 0; i < taken_count; i++) sigaction(taken[i], &action, NULL);
}

int stops_take(const int *signals, int count) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) ends[0] = ends[1] = -1;
    taken_count = count < 8 ? count : 8;
    for (int i = 0; i < taken_count; i++) taken[i] = signals[i];
    atomic_store(&first, 0);
    atomic_store(&interrupts, 0);
    atomic_store(&target, ends[1]);
    install(handle);
    return ends[0];
}

void stops_ignore(void) {
    install(SIG_IGN);
    int pipe = atomic_exchange(&target, -1);
    if (pipe >= 0) close(pipe);
}

int stops_first(void) { return atomic_load(&first); }

int stops_interrupts(void) { return atomic_load(&interrupts); }
