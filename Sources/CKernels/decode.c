// Bytes of an image to blocks of floats, cropped and mirrored on the way.
#include <string.h>

#include "contract.h"
#include "kernels.h"

/// out[c][y][x] = crop(planes)[c][y][flip ? w - 1 - x : x] * scale[c] + shift[c],
/// crop[y][x] = input[y + dy][x + dx], 0 outside. Cost: one pass. Two roundings a value, the same at every level.
void esp_decode(float *out, const uint8_t *planes, int channels, int h, int w, int dy, int dx, int flip,
                const float *scale, const float *shift) {
    const size_t pixels = (size_t)h * w;
    memset(out, 0, ((size_t)channels + ESP_LANES - 1) / ESP_LANES * pixels * ESP_LANES * sizeof *out);
    for (int c = 0; c < channels; c++) {
        const uint8_t *plane = planes + c * pixels;
        float *to = out + (size_t)c / ESP_LANES * pixels * ESP_LANES + (size_t)c % ESP_LANES;
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++, to += ESP_LANES) {
                const int from_y = y + dy, from_x = (flip ? w - 1 - x : x) + dx;
                const int inside = from_y >= 0 && from_y < h && from_x >= 0 && from_x < w;
                *to = (float)(inside ? plane[(size_t)from_y * w + from_x] : 0) * scale[c] + shift[c];
            }
    }
}
