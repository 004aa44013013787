/// Channels that do not start at a block of 16.
#ifndef ESPALIER_CHANNELS_H
#define ESPALIER_CHANNELS_H

#include <stdint.h>

/// dst channels [dst_first, dst_first + channels) += src channels [src_first, ...) at every pixel. Both are one image in
/// blocks [ceil(c / 16)][pixels][16].
void esp_add_channels(float *dst, int dst_first, const float *src, int src_first, int channels, int pixels);
#endif
