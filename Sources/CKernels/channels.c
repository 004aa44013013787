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

void esp_neighbourhoods(float *out, const float *patch, int row, int channels, int kernel, int h, int w) {
    const int taps = kernel * kernel, count = channels * taps + 1;
    const size_t block = (size_t)h * w * 16;
    for (int c = 0; c < (count + 15) / 16 * 16; c++) {
        float *to = out + c / 16 * block + c % 16;
        const int tap = c % taps;
        const float *from = patch + (size_t)(tap / kernel) * row + tap % kernel * 16 + c / taps;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++, to += 16)
                *to = c < count - 1 ? from[(size_t)y * row + x * 16] : c == count - 1 ? 1.0f : 0.0f;
    }
}
