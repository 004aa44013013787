// Dense convolution of one image: out[o][y][x] = sum over input channel and tap of
// patch[i][y*stride + ky*dilation][x*stride + kx*dilation] * w[o][i][tap]. Every output is one chain of additions in
// the order (input block, tap, input channel), so tiles and overlaps cannot change a bit.

/// OB output blocks x P neighbouring pixels of a row, all in registers; input blocks `from` ..< `to`.
/// `resume`: the sums of earlier input blocks lie in out. Cost: (OB + P) loads for OB * P multiply-adds.
INLINE void convolution_tile(float *out, size_t out_block, const float *patch, const esp_window *window, const float *w,
                             size_t w_block, const float *bias, int cin, int from, int to, int resume, const int OB,
                             const int P, const int STRIDE) {
    lanes sum[3][16];
    UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < P; i++) sum[o][i] =
        resume ? lanes_load(out + o * out_block + i * ESP_LANES)
        : bias ? lanes_load(bias + o * ESP_LANES)
               : lanes_all(0);
    const int kernel = window->kernel;
    const size_t down = (size_t)window->dilation * window->row, right = (size_t)window->dilation * ESP_LANES;
    for (int b = from; b < to; b++) {
        const int channels = cin - b * ESP_LANES < ESP_LANES ? cin - b * ESP_LANES : ESP_LANES;
        const float *taps = w + (size_t)b * kernel * kernel * 256;
        for (int ky = 0; ky < kernel; ky++)
            for (int kx = 0; kx < kernel; kx++, taps += 256) {
                const float *in = patch + (size_t)b * window->block + ky * down + kx * right;
                for (int c = 0; c < channels; c++) {
                    lanes weight[3];
                    UNROLL for (int o = 0; o < OB; o++) weight[o] = lanes_load(taps + o * w_block + c * ESP_LANES);
                    UNROLL for (int i = 0; i < P; i++) {
                        lanes x = lanes_all(in[i * STRIDE * ESP_LANES + c]);
                        UNROLL for (int o = 0; o < OB; o++) sum[o][i] = lanes_fma(weight[o], x, sum[o][i]);
                    }
                }
            }
    }
    UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < P; i++)
        lanes_store(out + o * out_block + i * ESP_LANES, sum[o][i]);
}

/// The tiles of one stride and number of blocks, widest first; each is one function so that a level's code stays small.
#define TILE(OB, P, STRIDE)                                                                                            \
    static __attribute__((noinline)) void convolution_tile_##OB##_##P##_##STRIDE(                                      \
        float *out, size_t out_block, const float *patch, const esp_window *window, const float *w, size_t w_block,    \
        const float *bias, int cin, int from, int to, int resume) {                                                    \
        convolution_tile(out, out_block, patch, window, w, w_block, bias, cin, from, to, resume, OB, P, STRIDE);       \
    }
#define TILES(OB, P)                                                                                                   \
    TILE(OB, P, 1)                                                                                                     \
    TILE(OB, P, 2)
CONVOLUTION_TILES(TILES)

typedef struct {
    int blocks, pixels;
    void (*run[2])(float *, size_t, const float *, const esp_window *, const float *, size_t, const float *, int, int, int,
                   int);
} tile_row;
#define TILE_ROW(OB, P) {OB, P, {convolution_tile_##OB##_##P##_1, convolution_tile_##OB##_##P##_2}},
static const tile_row convolution_tiles[] = {CONVOLUTION_TILES(TILE_ROW)};
enum { TILE_ROWS = sizeof convolution_tiles / sizeof *convolution_tiles };

/// The narrowest tile that covers the `left` pixels of a row of `width`, by stepping back over pixels already written
/// where `overlap` (a row of 7: 4 and 4, sharing one), else the widest that fits. Strides past 2 go pixel by pixel.
INLINE const tile_row *convolution_pick(int blocks, int left, int width, int stride, int overlap) {
    const tile_row *best = 0;
    for (int t = 0; t < TILE_ROWS; t++) {  // widest first
        const tile_row *row = &convolution_tiles[t];
        if (row->blocks != blocks || (stride > 2 && row->pixels > 1)) continue;
        if (row->pixels > (overlap ? width : left)) continue;
        if (!best || row->pixels >= left) best = row;
    }
    return best;
}

/// How many of the `left` output blocks to take at once, at most `most`: four make two pairs, not three and one.
INLINE int esp_blocks(int left, int most) { return left == 4 && most == 3 ? 2 : left < most ? left : most; }

static void convolution(float *out, const float *patch, const esp_window *window, const float *w, const float *bias,
                        int cin, int cout_blocks) {
    esp_window flat = *window;
    const int stride = window->stride, taps = window->kernel * window->kernel;
    // A 1x1 convolution of an unpadded image is one long row: no remainders but the last.
    if (window->kernel == 1 && stride == 1 && window->row == window->out_w * ESP_LANES && !window->out_row) {
        flat.out_w = window->out_h * window->out_w;
        flat.out_h = 1;
    }
    const size_t out_row = window->out_row ? window->out_row : flat.out_w * ESP_LANES;
    const size_t out_block = window->out_block ? window->out_block : flat.out_h * out_row;
    const int blocks_in = (cin + ESP_LANES - 1) / ESP_LANES;
    const size_t w_block = (size_t)blocks_in * taps * 256;
    // The first output blocks do the fetching, a step a tile.
    const int tile_width =
        convolution_pick(esp_blocks(cout_blocks, CONVOLUTION_BLOCKS), flat.out_w, flat.out_w, stride, 0)->pixels;
    fetcher fetch = fetch_ahead(window, flat.out_h * ((flat.out_w + tile_width - 1) / tile_width));
    for (int o = 0, blocks; o < cout_blocks; o += blocks) {
        blocks = esp_blocks(cout_blocks - o, CONVOLUTION_BLOCKS);
        const tile_row *widest = convolution_pick(blocks, flat.out_w, flat.out_w, stride, 0);
        // As many input blocks a sweep as leave the weights in the first-level cache. Later sweeps add to the sums of
        // earlier ones in out, so their tiles must not overlap.
        int sweep = 8192 / (taps * 256 * blocks);
        if (sweep < 1) sweep = 1;
        for (int from = 0; from < blocks_in; from += sweep) {
            const int to = from + sweep < blocks_in ? from + sweep : blocks_in;
            for (int y = 0; y < flat.out_h; y++)
                for (int x = 0; x < flat.out_w;) {
                    fetch_step(&fetch);
                    const int left = flat.out_w - x;
                    const tile_row *tile =
                        left >= widest->pixels
                            ? widest
                            : convolution_pick(blocks, left, flat.out_w, stride, sweep >= blocks_in);
                    if (x + tile->pixels > flat.out_w) x = flat.out_w - tile->pixels;
                    tile->run[stride != 1](out + o * out_block + y * out_row + (size_t)x * ESP_LANES, out_block,
                                           patch + (size_t)y * stride * flat.row + (size_t)x * stride * ESP_LANES,
                                           &flat, w + o * w_block, w_block, bias ? bias + o * ESP_LANES : 0, cin, from,
                                           to, from > 0);
                    x += tile->pixels;
                }
        }
    }
}
