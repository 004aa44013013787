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

/// total[c] += x[c], in double.
INLINE void lanes_add_wide(double total[16], lanes x) {
    for (int c = 0; c < ESP_LANES; c++) total[c] += (double)x[c];
}
