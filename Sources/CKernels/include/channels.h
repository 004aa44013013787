/// Channels that do not start at a block of 16.
#ifndef ESPALIER_CHANNELS_H
#define ESPALIER_CHANNELS_H

#include <stdint.h>

/// dst channels [dst_first, dst_first + channels) += src channels [src_first, ...) at every pixel. Both are one image in
/// blocks [ceil(c / 16)][pixels][16].
void esp_add_channels(float *dst, int dst_first, const float *src, int src_first, int channels, int pixels);

/// The k x k neighbourhoods of every pixel, as channels: out block by block [ceil((c k k + 1) / 16)][h][w][16], channel
/// tap * c + i = patch[i][y + ky][x + kx], and a last channel of ones. The patch is one block (c <= 16), rows `row` floats
/// apart; k <= 15.
void esp_neighbourhoods(float *out, const float *patch, int row, int channels, int kernel, int h, int w);
#endif
