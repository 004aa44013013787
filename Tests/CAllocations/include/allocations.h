/// Counts the allocations of one thread, for tests that promise there are none.
///
/// The test program's own malloc and its family stand before those of the C library, count where a thread asks for it,
/// and pass on. Under AddressSanitizer, which has a malloc of its own, there is no counting.
#ifndef ESPALIER_ALLOCATIONS_H
#define ESPALIER_ALLOCATIONS_H

#include <stddef.h>

typedef struct {
    long calls;      // of malloc, calloc, realloc, aligned_alloc, memalign, posix_memalign and mmap
    size_t bytes;    // asked for in all
    size_t largest;  // asked for in one call
} esp_allocations;

/// 1 where this build counts, 0 under AddressSanitizer.
int esp_allocations_counted(void);
/// Starts counting on the calling thread, from zero.
void esp_allocations_start(void);
/// Stops, and gives what was counted.
esp_allocations esp_allocations_stop(void);
#endif
