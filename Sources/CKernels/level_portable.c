// Any CPU: the compiler splits a pixel into the registers it knows (four of four floats on the x86-64 baseline).
#include "levels.h"

#define ESP_LEVEL esp_level_portable
#define ESP_LEVEL_NAME "portable"
#define ESP_HAS_FMA 0
#define CONVOLUTION_BLOCKS 1
#define CONVOLUTION_TILES(X) X(1, 2) X(1, 1)
#define WEIGHTS_BLOCKS 1
#define WEIGHTS_TILES(X) X(1, 2) X(1, 1)
#define WEIGHTS_BAND 128
#define WINOGRAD_BLOCKS 1
#define WINOGRAD_PIXELS_1 2
#define WINOGRAD_CHANNELS_1 2
#define WINOGRAD_ROUND 2
#define DEPTHWISE_PIXELS 2
#define DEPTHWISE_SHARED 1  // pixels of a weight gradient that share their loads
#define DEPTHWISE_ALL_TAPS 0
#define PEAK_CHAINS 3

#include "level.h"
