// Weights between PyTorch's order and the order the kernels read. Packed blocks are rounded up to 16 channels; absent
// channels are zero. Cost: one pass over the packed weights.
#include <string.h>

#include "contract.h"
#include "kernels.h"

static size_t blocks(int channels) { return ((size_t)channels + ESP_LANES - 1) / ESP_LANES; }

/// Where (row channel, column channel, tap) lies in [row block][column block][tap][16 columns][16 rows].
static size_t place(int row, int column, int tap, size_t column_blocks, int taps) {
    size_t block = ((size_t)row / ESP_LANES * column_blocks + (size_t)column / ESP_LANES) * taps + tap;
    return (block * ESP_LANES + (size_t)column % ESP_LANES) * ESP_LANES + (size_t)row % ESP_LANES;
}

void esp_pack_convolution(float *packed, const float *w, int cout, int cin, int taps) {
    memset(packed, 0, blocks(cout) * blocks(cin) * taps * 256 * sizeof *packed);
    for (int o = 0; o < cout; o++)
        for (int i = 0; i < cin; i++)
            for (int t = 0; t < taps; t++) packed[place(o, i, t, blocks(cin), taps)] = *w++;
}

void esp_pack_convolution_gradient(float *packed, const float *w, int cout, int cin, int taps) {
    memset(packed, 0, blocks(cout) * blocks(cin) * taps * 256 * sizeof *packed);
    for (int o = 0; o < cout; o++)
        for (int i = 0; i < cin; i++)
            for (int t = 0; t < taps; t++) packed[place(i, o, taps - 1 - t, blocks(cout), taps)] = *w++;
}

void esp_unpack_convolution(float *g, const float *packed, int cout, int cin, int taps) {
    for (int o = 0; o < cout; o++)
        for (int i = 0; i < cin; i++)
            for (int t = 0; t < taps; t++) *g++ += packed[place(o, i, t, blocks(cin), taps)];
}

void esp_pack_convolution_phases(float *packed, const float *w, int cout, int cin, int taps) {
    const size_t size = blocks(cout) * blocks(cin) * 256;
    memset(packed, 0, size * taps * sizeof *packed);
    for (int o = 0; o < cout; o++)
        for (int i = 0; i < cin; i++)
            for (int t = 0; t < taps; t++) packed[t * size + place(i, o, 0, blocks(cout), 1)] = *w++;
}

static int least(int a, int b) { return a < b ? a : b; }

void esp_pack_convolution_block(float *packed, const float *w, int cout, int cin, int taps, int ob, int ib,
                                int gradient) {
    const int outs = least(cout - ob * ESP_LANES, ESP_LANES), ins = least(cin - ib * ESP_LANES, ESP_LANES);
    if (outs < ESP_LANES || ins < ESP_LANES) memset(packed, 0, (size_t)taps * 256 * sizeof *packed);
    for (int o = 0; o < outs; o++) {
        const float *from = w + ((size_t)(ob * ESP_LANES + o) * cin + (size_t)ib * ESP_LANES) * taps;
        for (int i = 0; i < ins; i++)
            for (int t = 0; t < taps; t++) {
                const int at = gradient ? ((taps - 1 - t) * ESP_LANES + o) * ESP_LANES + i
                                        : (t * ESP_LANES + i) * ESP_LANES + o;
                packed[at] = *from++;
            }
    }
}

void esp_unpack_convolution_block(float *g, const float *packed, int cout, int cin, int taps, int ob, int ib) {
    const int outs = least(cout - ob * ESP_LANES, ESP_LANES), ins = least(cin - ib * ESP_LANES, ESP_LANES);
    for (int o = 0; o < outs; o++) {
        float *to = g + ((size_t)(ob * ESP_LANES + o) * cin + (size_t)ib * ESP_LANES) * taps;
        for (int i = 0; i < ins; i++)
            for (int t = 0; t < taps; t++) *to++ += packed[(t * ESP_LANES + i) * ESP_LANES + o];
    }
}

void esp_pack_depthwise(float *packed, const float *w, int channels, int taps, int flip) {
    memset(packed, 0, blocks(channels) * taps * ESP_LANES * sizeof *packed);
    for (int c = 0; c < channels; c++)
        for (int t = 0; t < taps; t++) {
            size_t at = (size_t)c / ESP_LANES * taps + (size_t)(flip ? taps - 1 - t : t);
            packed[at * ESP_LANES + (size_t)c % ESP_LANES] = *w++;
        }
}

void esp_unpack_depthwise(float *g, const float *packed, int channels, int taps) {
    for (int c = 0; c < channels; c++)
        for (int t = 0; t < taps; t++)
            *g++ += packed[((size_t)c / ESP_LANES * taps + t) * ESP_LANES + (size_t)c % ESP_LANES];
}
