// Weight gradient of the dense convolution:
// dw[o][i][tap] += sum over (y, x) of patch[i][y*stride + ky*dilation][x*stride + kx*dilation] * dz[o][y][x].
// Sums are flushed every few rows, which keeps rounding errors small and the rows in the first-level cache.

/// CI input channels x OB output blocks over `rows` x `pixels` pixels, all in registers. Cost: (CI + OB) loads for
/// CI * OB multiply-adds a pixel.
INLINE void weights_tile(float *dw, size_t dw_block, const float *in, size_t in_row, int step, const float *dz,
                         size_t dz_row, size_t dz_block, int rows, int pixels, const int CI, const int OB) {
    lanes sum[3][16];
    UNROLL for (int o = 0; o < OB; o++) UNROLL for (int c = 0; c < CI; c++) sum[o][c] = lanes_all(0);
    for (int y = 0; y < rows; y++) {
        const float *x = in + y * in_row, *d = dz + y * dz_row;
        for (int i = 0; i < pixels; i++, x += step, d += ESP_LANES) {
            lanes gradient[3];
            UNROLL for (int o = 0; o < OB; o++) gradient[o] = lanes_load(d + o * dz_block);
            UNROLL for (int c = 0; c < CI; c++) {
                lanes value = lanes_all(x[c]);
                UNROLL for (int o = 0; o < OB; o++) sum[o][c] = lanes_fma(gradient[o], value, sum[o][c]);
            }
        }
    }
    UNROLL for (int o = 0; o < OB; o++) UNROLL for (int c = 0; c < CI; c++) {
        float *to = dw + o * dw_block + c * ESP_LANES;
        lanes_store(to, lanes_load(to) + sum[o][c]);
    }
}

#define WEIGHTS_TILE(OB, CI)                                                                                           \
    static __attribute__((noinline)) void weights_tile_##OB##_##CI(float *dw, size_t dw_block, const float *in,        \
                                                                   size_t in_row, int step, const float *dz,           \
                                                                   size_t dz_row, size_t dz_block, int rows,           \
                                                                   int pixels) {                                       \
        weights_tile(dw, dw_block, in, in_row, step, dz, dz_row, dz_block, rows, pixels, CI, OB);                      \
    }
WEIGHTS_TILES(WEIGHTS_TILE)

typedef struct {
    int blocks, channels;
    void (*run)(float *, size_t, const float *, size_t, int, const float *, size_t, size_t, int, int);
} weights_row;
#define WEIGHTS_ROW(OB, CI) {OB, CI, weights_tile_##OB##_##CI},
static const weights_row weights_tiles[] = {WEIGHTS_TILES(WEIGHTS_ROW)};
enum { WEIGHTS_ROWS = sizeof weights_tiles / sizeof *weights_tiles };

/// The widest tile of `blocks` blocks of at most `left` channels; every number of blocks has a tile of one channel.
INLINE const weights_row *weights_pick(int blocks, int left) {
    for (int t = 0; t < WEIGHTS_ROWS; t++)
        if (weights_tiles[t].blocks == blocks && weights_tiles[t].channels <= left) return &weights_tiles[t];
    return 0;
}

/// One band of `rows` output rows from row `y`.
INLINE void weights_band(float *dw, const float *patch, const esp_window *window, const float *dz, int cin,
                         int cout_blocks, int y, int rows, fetcher *fetch) {
    const int taps = window->kernel * window->kernel, stride = window->stride, dilation = window->dilation;
    const size_t dz_row = window->out_row ? window->out_row : window->out_w * ESP_LANES;
    const size_t dz_block = window->out_block ? window->out_block : window->out_h * dz_row;
    const int blocks_in = (cin + ESP_LANES - 1) / ESP_LANES;
    const size_t dw_block = (size_t)blocks_in * taps * 256;
    for (int o = 0, blocks; o < cout_blocks; o += blocks) {
        blocks = esp_blocks(cout_blocks - o, WEIGHTS_BLOCKS);
        for (int tap = 0; tap < taps; tap++) {
            const int ky = tap / window->kernel, kx = tap % window->kernel;
            const float *in = patch + (size_t)(y * stride + ky * dilation) * window->row + kx * dilation * ESP_LANES;
            for (int c = 0; c < cin;) {
                const int b = c / ESP_LANES, lane = c % ESP_LANES;
                const int left = cin - c < ESP_LANES - lane ? cin - c : ESP_LANES - lane;
                const weights_row *tile = weights_pick(blocks, left);
                fetch_step(fetch);
                tile->run(dw + o * dw_block + ((size_t)b * taps + tap) * 256 + lane * ESP_LANES, dw_block,
                          in + (size_t)b * window->block + lane, (size_t)stride * window->row, stride * ESP_LANES,
                          dz + o * dz_block + y * dz_row, dz_row, dz_block, rows, window->out_w);
                c += tile->channels;
            }
        }
    }
}

static void convolution_weights(float *dw, const float *patch, const esp_window *window, const float *dz, int cin,
                                int cout_blocks) {
    int rows = WEIGHTS_BAND / window->out_w;
    if (rows < 1) rows = 1;
    const int bands = (window->out_h + rows - 1) / rows, taps = window->kernel * window->kernel;
    fetcher fetch = fetch_ahead(window, bands * taps * ((cin + ESP_LANES - 1) / ESP_LANES));
    for (int y = 0; y < window->out_h; y += rows) {
        const int left = window->out_h - y;
        weights_band(dw, patch, window, dz, cin, cout_blocks, y, rows < left ? rows : left, &fetch);
    }
}
