#define _GNU_SOURCE
#include "allocations.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ESP_SANITIZED 1
#endif
#endif

static _Thread_local struct {
    int on;
    esp_allocations seen;
} here __attribute__((tls_model("initial-exec")));

int esp_allocations_counted(void) {
#ifdef ESP_SANITIZED
    return 0;
#else
    return 1;
#endif
}

void esp_allocations_start(void) {
    here.seen = (esp_allocations){0};
    here.on = 1;
}

esp_allocations esp_allocations_stop(void) {
    here.on = 0;
    return here.seen;
}

#ifndef ESP_SANITIZED
// The C library's allocator under the names it keeps for this purpose.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void note(size_t bytes) {
    if (!here.on) return;
    here.seen.calls += 1;
    here.seen.bytes += bytes;
    if (bytes > here.seen.largest) here.seen.largest = bytes;
}

void *malloc(size_t bytes) {
    note(bytes);
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t size) {
    note(count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t bytes) {
    note(bytes);
    return __libc_realloc(old, bytes);
}

void *memalign(size_t alignment, size_t bytes) {
    note(bytes);
    return __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
    note(bytes);
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes) {
    note(bytes);
    void *found = __libc_memalign(alignment, bytes);
    if (!found) return ENOMEM;
    *out = found;
    return 0;
}

void free(void *old) { __libc_free(old); }

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
    note(bytes);
    return (void *)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
}
#endif
