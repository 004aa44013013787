// The data gradient of a strided dense convolution, dz [h'][w'] -> dx [h][w]. With zeros between the pixels of dz it
// would be a convolution of stride 1 in which most products are zero; instead each phase (y mod stride, x mod stride)
// of dx is a small stride-1 convolution of its own taps: with ky = (y + padding) mod stride + stride * j < kernel,
// dx[y] = sum over j of dz[(y + padding - ky) / stride] w[ky], and columns alike. A phase lies densely in `work` until
// its last tap and is then written to every stride-th pixel of dx. Cost: the multiply-adds of the forward pass (a few
// more at the edges), and one more pass over dx.

/// out [ob][height][width][16] (+)= one tap, w [ob][ib][16][16], over a height x width window of dz; added where
/// `resume`.
INLINE void phase_tap(float *out, const float *dz, const esp_window *window, const float *w, int cin, int cout_blocks,
                      int height, int width, int resume) {
    const int blocks_in = (cin + ESP_LANES - 1) / ESP_LANES;
    const size_t out_block = (size_t)height * width * ESP_LANES, w_block = (size_t)blocks_in * 256;
    for (int o = 0, blocks; o < cout_blocks; o += blocks) {
        blocks = esp_blocks(cout_blocks - o, CONVOLUTION_BLOCKS);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width;) {
                const tile_row *tile = convolution_pick(blocks, width - x, width, 1, 0);
                tile->run[0](out + o * out_block + ((size_t)y * width + x) * ESP_LANES, out_block,
                             dz + (size_t)y * window->row + (size_t)x * ESP_LANES, window, w + o * w_block, w_block, 0,
                             cin, 0, blocks_in, resume);
                x += tile->pixels;
            }
    }
}

/// See `esp_kernels.convolution_phases`. Every sum is a chain in the order (tap, input block, channel).
static void convolution_phases(float *dx, const float *dz, const esp_phases *shape, const float *w, float *work) {
    const int stride = shape->stride, h = shape->h, wide = shape->w;
    const esp_window one = {.kernel = 1, .stride = 1, .dilation = 1, .row = shape->row, .block = shape->block};
    const size_t tap_size = (size_t)shape->cout_blocks * ((shape->cin + ESP_LANES - 1) / ESP_LANES) * 256;
    for (int py = 0; py < stride && py < h; py++)
        for (int px = 0; px < stride && px < wide; px++) {
            const int height = (h - py + stride - 1) / stride, width = (wide - px + stride - 1) / stride;
            int taps = 0;
            for (int ky = (py + shape->padding) % stride; ky < shape->kernel; ky += stride)
                for (int kx = (px + shape->padding) % stride; kx < shape->kernel; kx += stride, taps++) {
                    const int y = shape->before + (py + shape->padding - ky) / stride;
                    const int x = shape->before + (px + shape->padding - kx) / stride;
                    phase_tap(work, dz + (ptrdiff_t)y * shape->row + (ptrdiff_t)x * ESP_LANES, &one,
                              w + (ky * shape->kernel + kx) * tap_size, shape->cin, shape->cout_blocks, height, width,
                              taps > 0);
                }
            // A kernel shorter than the stride leaves phases that nothing reached.
            const lanes zero = lanes_all(0);
            for (int b = 0; b < shape->cout_blocks; b++)
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++) {
                        const size_t at = (((size_t)b * h + py + y * stride) * wide + px + x * stride) * ESP_LANES;
                        const float *from = work + (((size_t)b * height + y) * width + x) * ESP_LANES;
                        lanes_store(dx + at, taps ? lanes_load(from) : zero);
                    }
        }
}
