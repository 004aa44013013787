// The transforms of Winograd's weights, and the weight gradient: dg = G^T [sum over tiles of (B^T d B) . (A dy A^T)] G,
// the transpose of the forward algorithm, so the same points serve it. d [6][6], dy [4][4], dg [3][3]; the matrices
// stand in winograd.h. The sum over tiles is taken in the transformed domain, so G comes once, after the last of them.

/// G g, three to six.
INLINE void winograd_filter_line(lanes u[6], const lanes g[3]) {
    const lanes even1 = lanes_step(g[0], 0.5f, g[2]), even2 = lanes_step(g[0], 2, g[2]);
    const float first = -1 / 1.5f, second = 1 / 6.0f;
    u[0] = g[0];
    u[1] = lanes_all(first) * lanes_step(even1, winograd_a, g[1]);
    u[2] = lanes_all(first) * lanes_step(even1, -winograd_a, g[1]);
    u[3] = lanes_all(second) * lanes_step(even2, winograd_b, g[1]);
    u[4] = lanes_all(second) * lanes_step(even2, -winograd_b, g[1]);
    u[5] = g[2];
}

/// G^T u, six to three.
INLINE void winograd_filter_back_line(lanes g[3], const lanes u[6]) {
    const float first = -1 / 1.5f, second = 1 / 6.0f;
    const lanes sum1 = u[1] + u[2], off1 = u[1] - u[2], sum2 = u[3] + u[4], off2 = u[3] - u[4];
    g[0] = lanes_step(lanes_step(u[0], first, sum1), second, sum2);
    g[1] = lanes_step(lanes_all(first * winograd_a) * off1, second * winograd_b, off2);
    g[2] = lanes_step(lanes_step(u[5], 0.5f * first, sum1), 2 * second, sum2);
}

/// A y, four to six.
INLINE void winograd_gradient_line(lanes w[6], const lanes y[4]) {
    const lanes even1 = lanes_step(y[0], 0.5f, y[2]), odd1 = lanes_step(y[1], 0.5f, y[3]);
    const lanes even2 = lanes_step(y[0], 2, y[2]), odd2 = lanes_step(y[1], 2, y[3]);
    w[0] = y[0];
    w[1] = lanes_step(even1, winograd_a, odd1);
    w[2] = lanes_step(even1, -winograd_a, odd1);
    w[3] = lanes_step(even2, winograd_b, odd2);
    w[4] = lanes_step(even2, -winograd_b, odd2);
    w[5] = y[3];
}

/// See `esp_kernels.winograd_filter`: one block, u [36 planes][16 ci][16 co] from packed [9][16 ci][16 co].
static void winograd_filter(float *u, size_t plane, const float *packed) {
    for (int c = 0; c < ESP_LANES; c++) {
        lanes line[6][3], in[3], out[6];
        UNROLL for (int x = 0; x < 3; x++) {
            UNROLL for (int y = 0; y < 3; y++) in[y] = lanes_load(packed + (y * 3 + x) * 256 + c * ESP_LANES);
            winograd_filter_line(out, in);
            UNROLL for (int i = 0; i < 6; i++) line[i][x] = out[i];
        }
        UNROLL for (int i = 0; i < 6; i++) {
            winograd_filter_line(out, line[i]);
            UNROLL for (int j = 0; j < 6; j++) lanes_store(u + (i * 6 + j) * plane + c * ESP_LANES, out[j]);
        }
    }
}

/// See `esp_kernels.winograd_filter_gradient`: one block, packed [9][16 ci][16 co] = G^T du G, not added to.
static void winograd_filter_gradient(float *packed, const float *du, size_t plane) {
    for (int c = 0; c < ESP_LANES; c++) {
        lanes line[3][6], in[6], out[3];
        UNROLL for (int j = 0; j < 6; j++) {
            UNROLL for (int i = 0; i < 6; i++) in[i] = lanes_load(du + (i * 6 + j) * plane + c * ESP_LANES);
            winograd_filter_back_line(out, in);
            UNROLL for (int y = 0; y < 3; y++) line[y][j] = out[y];
        }
        UNROLL for (int y = 0; y < 3; y++) {
            winograd_filter_back_line(out, line[y]);
            UNROLL for (int x = 0; x < 3; x++) lanes_store(packed + (y * 3 + x) * 256 + c * ESP_LANES, out[x]);
        }
    }
}

/// w = A y A^T of the 4x4 pixels at `y`.
static __attribute__((noinline)) void winograd_gradient(float *w, size_t plane, const float *y, size_t row) {
    lanes line[6][4], in[4], out[6];
    UNROLL for (int j = 0; j < 4; j++) {
        UNROLL for (int i = 0; i < 4; i++) in[i] = lanes_load(y + i * row + j * ESP_LANES);
        winograd_gradient_line(out, in);
        UNROLL for (int i = 0; i < 6; i++) line[i][j] = out[i];
    }
    UNROLL for (int i = 0; i < 6; i++) {
        winograd_gradient_line(out, line[i]);
        UNROLL for (int j = 0; j < 6; j++) lanes_store(w + (i * 6 + j) * plane, out[j]);
    }
}

/// See `esp_kernels.winograd_weights`. The tiles of a run are cut by their number alone, so call it with the same images
/// for the same bits. Cost: tiles * 36 * cin * cout multiply-adds, and the transforms.
static void winograd_weights(float *du, const float *patch, const float *dz, const esp_winograd *shape, float *work) {
    const int blocks_in = (shape->cin + ESP_LANES - 1) / ESP_LANES, all = winograd_tiles(shape);
    const size_t plane_in = esp_winograd_tiles_plane(blocks_in), plane_out = esp_winograd_tiles_plane(shape->cout_blocks);
    const size_t plane_u = esp_winograd_weights_plane(blocks_in * shape->cout_blocks);
    float *v = work, *w = work + 36 * plane_in;
    for (int from = 0; from < all; from += ESP_WINOGRAD_TILES) {
        const int count = all - from < ESP_WINOGRAD_TILES ? all - from : ESP_WINOGRAD_TILES;
        const int tiles = winograd_round(count);
        winograd_inputs(v, patch, shape, from, count, tiles);
        for (int t = 0; t < count; t++) {
            const winograd_place at = winograd_tile(shape, from + t);
            for (int b = 0; b < shape->cout_blocks; b++)
                winograd_gradient(w + ((size_t)b * tiles + t) * ESP_LANES, plane_out,
                                  dz + (size_t)at.image * shape->dz_image + (size_t)b * shape->dz_block +
                                      (size_t)at.y * shape->dz_row + (size_t)at.x * ESP_LANES,
                                  shape->dz_row);
        }
        for (int k = 0; k < 36; k++)
            winograd_plane_outer(du + k * plane_u, v + k * plane_in, w + k * plane_out, blocks_in, shape->cout_blocks,
                                 tiles, count);
    }
}
