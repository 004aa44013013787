// x86-64-v3: 16 registers of 8 floats; a pixel takes two.
#include "levels.h"
#if defined(__x86_64__)

#define ESP_LEVEL esp_level_v3
#define ESP_LEVEL_NAME "v3"
#define ESP_HAS_FMA 1
// (output blocks, pixels), widest first: at most 12 sums, and room for the weights.
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_TILES(X) X(1, 6) X(1, 4) X(1, 2) X(1, 1)
// (output blocks, input channels).
#define WEIGHTS_BLOCKS 1
#define WEIGHTS_TILES(X) X(1, 6) X(1, 5) X(1, 3) X(1, 1)
#define WEIGHTS_BAND 128  // pixels between two flushes
#define WINOGRAD_BLOCKS 1
#define WINOGRAD_PIXELS_1 4
#define WINOGRAD_CHANNELS_1 4
#define WINOGRAD_ROUND 4
#define DEPTHWISE_PIXELS 4
#define DEPTHWISE_SHARED 2  // pixels of a weight gradient that share their loads
#define DEPTHWISE_ALL_TAPS 0
#define PEAK_CHAINS 5

#pragma clang attribute push(__attribute__((target("avx,avx2,fma,bmi,bmi2"))), apply_to = function)
#include "level.h"
#pragma clang attribute pop
#endif
