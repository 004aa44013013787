#include "channels.h"

#include <stddef.h>
#include <string.h>

void esp_add_channels(float *dst, int dst_first, const float *src, int src_first, int channels, int pixels) {
    for (int c = 0; c < channels; c++) {
        int to = dst_first + c, from = src_first + c;
        float *d = dst + (size_t)(to / 16) * pixels * 16 + to % 16;
        const float *s = src + (size_t)(from / 16) * pixels * 16 + from % 16;
        for (int p = 0; p < pixels; p++) d[p * 16] += s[p * 16];
    }
}

/// Copies `a_tap` (>= channels) floats a tap, of which the next tap overwrites all but the channels: copies of a constant
/// size are fast.
static inline void neighbourhoods(float *out, const float *patch, int row, int channels, int kernel, int h, int w,
                                  const int a_tap) {
    const int count = channels * kernel * kernel + 1, blocks = (count + 15) / 16;
    const size_t block = (size_t)h * w * 16;
    float pixel[16 * 16 * 16];
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++, out += 16) {
            float *to = pixel;
            const float *from = patch + (size_t)y * row + x * 16;
            for (int ky = 0; ky < kernel; ky++, from += row)
                for (int kx = 0; kx < kernel; kx++, to += channels) memcpy(to, from + kx * 16, a_tap * sizeof(float));
            memset(to, 0, 16 * sizeof(float));
            *to = 1;
            for (int b = 0; b < blocks; b++) memcpy(out + b * block, pixel + b * 16, 16 * sizeof(float));
        }
}

void esp_neighbourhoods(float *out, const float *patch, int row, int channels, int kernel, int h, int w) {
    if (channels <= 4)
        neighbourhoods(out, patch, row, channels, kernel, h, w, 4);
    else
        neighbourhoods(out, patch, row, channels, kernel, h, w, 16);
}
