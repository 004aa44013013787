// The vector a body works on: the 16 channels of one pixel, whatever the registers of the level hold (one AVX-512
// register, two AVX2 ones, four of the baseline). Included by a level file inside its target attribute.
#include "contract.h"

// Functions that take or return `lanes` are inlined, so how a caller would pass them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float lanes __attribute__((vector_size(64)));
typedef int32_t lanes_mask __attribute__((vector_size(64)));
typedef float loose_lanes __attribute__((vector_size(64), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE lanes lanes_load(const float *p) { return *(const loose_lanes *)p; }
INLINE void lanes_store(float *p, lanes x) { *(loose_lanes *)p = x; }
INLINE lanes lanes_all(float x) { return (lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

INLINE lanes_mask lanes_number(int32_t n) { return (lanes_mask){n, n, n, n, n, n, n, n, n, n, n, n, n, n, n, n}; }

/// a * b + c: rounded once where the level has the instruction, twice at "portable".
INLINE lanes lanes_fma(lanes a, lanes b, lanes c) {
#if ESP_HAS_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// a where the mask is set, else b. Masks come from comparisons: all ones or zero a lane.
INLINE lanes lanes_choose(lanes_mask mask, lanes a, lanes b) {
    return (lanes)((mask & (lanes_mask)a) | (~mask & (lanes_mask)b));
}
/// a where the mask is set, else 0.
INLINE lanes lanes_keep(lanes_mask mask, lanes a) { return (lanes)(mask & (lanes_mask)a); }

/// Whether any lane is set.
INLINE int lanes_any(lanes_mask mask) { return __builtin_reduce_or(mask) != 0; }

/// total[c] += x[c], in double.
INLINE void lanes_add_wide(double total[16], lanes x) {
    for (int c = 0; c < ESP_LANES; c++) total[c] += (double)x[c];
}

/// A kernel's portion of what is fetched ahead, handed out in equal steps. Changes no value: the next image comes from
/// memory while this one is computed.
typedef struct {
    const esp_stream *stream;
    const char *data;  // of the next line
    size_t image;
    int in_stream, left, a_step;  // lines
} fetcher;

/// The portion `window` asks for, in `steps` equal steps (the last may be shorter, those after it empty).
INLINE fetcher fetch_ahead(const esp_window *window, int steps) {
    const esp_ahead *ahead = &window->ahead;
    fetcher fetch = {0};
    if (!ahead->count || steps < 1) return fetch;
    const int first = (int)(ahead->lines * ahead->part / ahead->parts);
    const int last = (int)(ahead->lines * (ahead->part + 1) / ahead->parts);
    int skip = first;
    fetch.stream = ahead->streams;
    while (skip >= fetch.stream->lines) skip -= (int)fetch.stream++->lines;
    fetch.image = ahead->image;
    fetch.data = fetch.stream->data + fetch.stream->stride * fetch.image + (size_t)skip * 64;
    fetch.in_stream = (int)fetch.stream->lines - skip;
    fetch.left = last - first;
    fetch.a_step = (fetch.left + steps - 1) / steps;
    return fetch;
}

/// Asks for the lines of one step.
INLINE void fetch_step(fetcher *fetch) {
    for (int n = fetch->a_step < fetch->left ? fetch->a_step : fetch->left; n > 0;) {
        if (!fetch->in_stream) {
            fetch->stream++;
            fetch->data = fetch->stream->data + fetch->stream->stride * fetch->image;
            fetch->in_stream = (int)fetch->stream->lines;
        }
        const int now = n < fetch->in_stream ? n : fetch->in_stream;
        for (int i = 0; i < now; i++, fetch->data += 64) __builtin_prefetch(fetch->data, 0, 3);
        fetch->in_stream -= now;
        fetch->left -= now;
        n -= now;
    }
}
