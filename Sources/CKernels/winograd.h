// Winograd's F(4x4, 3x3): 4x4 outputs of a 3x3 convolution from 36 products instead of 144,
//     Y = A^T [(G g G^T) . (B^T d B)] A        d [6][6] inputs, g [3][3] weights, Y [4][4] outputs, . place by place
// (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"). A product of two polynomials is known by
// its values at enough points, and a convolution is one, transposed; a row of A [6][4], G [6][3] and B^T [6][6] belongs
// to a point p:
//     A: 1, p, p^2, p^3      G: (1, p, p^2) / product of p - q      B^T: the coefficients of product of x - q
// over the other finite points q; at infinity A and G take the highest power, B^T the product over all five. The points
// are 0, +-sqrt(1/2), +-sqrt(2), infinity: x^2 - 1/2 and x^2 - 2 have short coefficients, so most constants are exact,
// and rounding errors are smaller than with 0, +-1, +-2. Everything is done for 16 channels at once.
//
// A transformed value has a plane for each of the 36 positions. The sum over input channels is taken between the
// transforms, so there a plane is a 1x1 convolution over tiles: see winograd_product.h.

static const float winograd_a = 0.70710678118654752f, winograd_b = 1.41421356237309505f;

/// x + c * y.
INLINE lanes lanes_step(lanes x, float c, lanes y) { return lanes_fma(lanes_all(c), y, x); }

/// B^T d, six to six: t[0] = d[0] - 5/2 d[2] + d[4], t[5] = d[1] - 5/2 d[3] + d[5], and for the points +-p with q^2 the
/// square of the other pair (d[4] - q^2 d[2]) +- p (d[3] - q^2 d[1]).
INLINE void winograd_input_line(lanes t[6], const lanes d[6]) {
    const lanes even1 = lanes_step(d[4], -2, d[2]), odd1 = lanes_step(d[3], -2, d[1]);
    const lanes even2 = lanes_step(d[4], -0.5f, d[2]), odd2 = lanes_step(d[3], -0.5f, d[1]);
    t[0] = lanes_step(d[0] + d[4], -2.5f, d[2]);
    t[1] = lanes_step(even1, winograd_a, odd1);
    t[2] = lanes_step(even1, -winograd_a, odd1);
    t[3] = lanes_step(even2, winograd_b, odd2);
    t[4] = lanes_step(even2, -winograd_b, odd2);
    t[5] = lanes_step(d[1] + d[5], -2.5f, d[3]);
}

/// Rows `i` and, where points pair up as +-p, `i + 1` of B^T d, then times B: two rows of the 36 planes. Called for
/// i = 0, 1, 3, 5; reading a column twice is cheaper than storing it once.
INLINE void winograd_input_rows(float *v, size_t plane, const float *d, size_t row, const int i) {
    lanes first[6], second[6], out[6];
    UNROLL for (int j = 0; j < 6; j++) {
        const float *at = d + j * ESP_LANES;
        if (i == 0) {
            first[j] = lanes_step(lanes_load(at) + lanes_load(at + 4 * row), -2.5f, lanes_load(at + 2 * row));
        } else if (i == 5) {
            first[j] = lanes_step(lanes_load(at + row) + lanes_load(at + 5 * row), -2.5f, lanes_load(at + 3 * row));
        } else {
            const float square = i == 1 ? -2 : -0.5f, point = i == 1 ? winograd_a : winograd_b;
            const lanes even = lanes_step(lanes_load(at + 4 * row), square, lanes_load(at + 2 * row));
            const lanes odd = lanes_step(lanes_load(at + 3 * row), square, lanes_load(at + row));
            first[j] = lanes_step(even, point, odd);
            second[j] = lanes_step(even, -point, odd);
        }
    }
    winograd_input_line(out, first);
    UNROLL for (int j = 0; j < 6; j++) lanes_store(v + (i * 6 + j) * plane, out[j]);
    if (i == 0 || i == 5) return;
    winograd_input_line(out, second);
    UNROLL for (int j = 0; j < 6; j++) lanes_store(v + (i * 6 + 6 + j) * plane, out[j]);
}

/// v = B^T d B of the 6x6 pixels at `d`.
static __attribute__((noinline)) void winograd_input(float *v, size_t plane, const float *d, size_t row) {
    winograd_input_rows(v, plane, d, row, 0);
    winograd_input_rows(v, plane, d, row, 1);
    winograd_input_rows(v, plane, d, row, 3);
    winograd_input_rows(v, plane, d, row, 5);
}

/// A^T m, six to four: y[k] = sum over points of p^k m, infinity only in y[3].
INLINE void winograd_output_line(lanes y[4], const lanes m[6]) {
    const lanes sum1 = m[1] + m[2], off1 = m[1] - m[2], sum2 = m[3] + m[4], off2 = m[3] - m[4];
    y[0] = (m[0] + sum1) + sum2;
    y[1] = lanes_step(lanes_all(winograd_a) * off1, winograd_b, off2);
    y[2] = lanes_step(lanes_all(0.5f) * sum1, 2, sum2);
    y[3] = lanes_step(lanes_step(m[5], 0.5f * winograd_a, off1), 2 * winograd_b, off2);
}

/// The h x w corner (at most 4x4) of A^T m A.
static __attribute__((noinline)) void winograd_output(float *y, size_t row, int h, int w, const float *m,
                                                      size_t plane) {
    lanes column[6], line[4][6], out[4];
    UNROLL for (int j = 0; j < 6; j++) {
        UNROLL for (int i = 0; i < 6; i++) column[i] = lanes_load(m + (i * 6 + j) * plane);
        winograd_output_line(out, column);
        UNROLL for (int i = 0; i < 4; i++) line[i][j] = out[i];
    }
    UNROLL for (int i = 0; i < 4; i++) {
        winograd_output_line(out, line[i]);
        if (i >= h) continue;
        UNROLL for (int j = 0; j < 4; j++)
            if (j < w) lanes_store(y + i * row + j * ESP_LANES, out[j]);
    }
}

/// Where tile `t` of a run of images stands: image by image, row by row.
typedef struct {
    int image, y, x;
} winograd_place;

INLINE winograd_place winograd_tile(const esp_winograd *shape, int t) {
    const int across = (shape->out_w + 3) / 4, down = (shape->out_h + 3) / 4;
    return (winograd_place){t / (across * down), t / across % down * 4, t % across * 4};
}

INLINE int winograd_tiles(const esp_winograd *shape) {
    return shape->images * ((shape->out_w + 3) / 4) * ((shape->out_h + 3) / 4);
}

/// Transforms tiles `from` ..< `from + count` of the patches: v [36][block][tiles][16].
INLINE void winograd_inputs(float *v, const float *patch, const esp_winograd *shape, int from, int count, int tiles) {
    const int blocks = (shape->cin + ESP_LANES - 1) / ESP_LANES;
    const size_t plane = esp_winograd_tiles_plane(blocks);
    for (int t = 0; t < count; t++) {
        const winograd_place at = winograd_tile(shape, from + t);
        const float *d =
            patch + (size_t)at.image * shape->image + (size_t)at.y * shape->row + (size_t)at.x * ESP_LANES;
        for (int b = 0; b < blocks; b++)
            winograd_input(v + ((size_t)b * tiles + t) * ESP_LANES, plane,
                           d + (size_t)b * shape->block, shape->row);
    }
}

/// See `esp_kernels.winograd`. Each sum is a chain over the input channels, so a result does not depend on which tiles
/// stand beside it. Cost: tiles * 36 * cin * cout multiply-adds, and about 150 cycles a tile and block for transforms.
static void winograd(float *out, const float *patch, const esp_winograd *shape, const float *u, float *work) {
    const int blocks_in = (shape->cin + ESP_LANES - 1) / ESP_LANES, all = winograd_tiles(shape);
    const size_t plane_in = esp_winograd_tiles_plane(blocks_in), plane_out = esp_winograd_tiles_plane(shape->cout_blocks);
    const size_t plane_u = esp_winograd_weights_plane(blocks_in * shape->cout_blocks);
    float *v = work, *m = work + 36 * plane_in;
    for (int from = 0; from < all; from += ESP_WINOGRAD_TILES) {
        const int count = all - from < ESP_WINOGRAD_TILES ? all - from : ESP_WINOGRAD_TILES;
        const int tiles = winograd_round(count);
        winograd_inputs(v, patch, shape, from, count, tiles);
        for (int k = 0; k < 36; k++)
            winograd_plane_product(m + k * plane_out, v + k * plane_in, u + k * plane_u, blocks_in, shape->cout_blocks,
                                   tiles);
        for (int t = 0; t < count; t++) {
            const winograd_place at = winograd_tile(shape, from + t);
            const int h = shape->out_h - at.y, w = shape->out_w - at.x;
            for (int b = 0; b < shape->cout_blocks; b++) {
                float *y = out + ((((size_t)at.image * shape->cout_blocks + b) * shape->out_h + at.y) * shape->out_w + at.x) *
                                 ESP_LANES;
                winograd_output(y, (size_t)shape->out_w * ESP_LANES, h < 4 ? h : 4, w < 4 ? w : 4,
                                m + ((size_t)b * tiles + t) * ESP_LANES, plane_out);
            }
        }
    }
}
