#include "channels.h"

#include <stddef.h>

void esp_add_channels(float *dst, int dst_first, const float *src, int src_first, int channels, int pixels) {
    for (int c = 0; c < channels; c++) {
        int to = dst_first + c, from = src_first + c;
        float *d = dst + (size_t)(to / 16) * pixels * 16 + to % 16;
        const float *s = src + (size_t)(from / 16) * pixels * 16 + from % 16;
        for (int p = 0; p < pixels; p++) d[p * 16] += s[p * 16];
    }
}
