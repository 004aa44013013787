// x86-64-v4: 32 registers of 16 floats.
#include "levels.h"
#if defined(__x86_64__)

#define ESP_LEVEL esp_level_v4
#define ESP_LEVEL_NAME "v4"
#define ESP_HAS_FMA 1
// (output blocks, pixels), widest first: at most 24 sums, and room for the weights.
#define CONVOLUTION_BLOCKS 3
#define CONVOLUTION_TILES(X) \
    X(3, 8) X(3, 4) X(3, 2) X(3, 1) X(2, 8) X(2, 4) X(2, 2) X(2, 1) X(1, 16) X(1, 8) X(1, 4) X(1, 2) X(1, 1)
// (output blocks, input channels).
#define WEIGHTS_BLOCKS 3
#define WEIGHTS_TILES(X) X(3, 8) X(3, 3) X(3, 1) X(2, 8) X(2, 3) X(2, 1) X(1, 16) X(1, 8) X(1, 3) X(1, 1)
#define WEIGHTS_BAND 128  // pixels between two flushes
// Output blocks at once; tiles of the forward product and channels of the weight gradient for one block and for two.
#define WINOGRAD_BLOCKS 2
#define WINOGRAD_PIXELS_1 16
#define WINOGRAD_PIXELS_2 8
#define WINOGRAD_CHANNELS_1 16
#define WINOGRAD_CHANNELS_2 8
#define WINOGRAD_ROUND 16
#define DEPTHWISE_PIXELS 8
#define DEPTHWISE_SHARED 2  // pixels of a weight gradient that share their loads
#define DEPTHWISE_ALL_TAPS 1
#define PEAK_CHAINS 10

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
