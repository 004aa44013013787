// The products between Winograd's transforms, one of the 36 planes at a time: small matrix products of known shape, so
// that their loops have no remainders to choose and run into each other without a stop. `tiles` is a multiple of
// WINOGRAD_ROUND; a level takes OB = 1 or up to WINOGRAD_BLOCKS output blocks at once.

/// m [OB][tiles][16] = sum over channels of v [ib][tiles][16] * u [OB][ib][16 ci][16 co], P tiles at a time in registers.
/// Channels past the last are zero on both sides. Cost: (OB + P) loads for OB * P multiply-adds.
INLINE void winograd_product(float *m, const float *v, const float *u, int blocks_in, int tiles, const int OB,
                             const int P) {
    const size_t block = (size_t)tiles * ESP_LANES, u_block = (size_t)blocks_in * 256;
    for (int t = 0; t < tiles; t += P) {
        lanes sum[2][16];
        UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < P; i++) sum[o][i] = lanes_all(0);
        for (int b = 0; b < blocks_in; b++) {
            const float *x = v + b * block + (size_t)t * ESP_LANES, *w = u + (size_t)b * 256;
            UNROLL for (int c = 0; c < ESP_LANES; c++) {
                lanes weight[2];
                UNROLL for (int o = 0; o < OB; o++) weight[o] = lanes_load(w + o * u_block + c * ESP_LANES);
                UNROLL for (int i = 0; i < P; i++) {
                    lanes value = lanes_all(x[i * ESP_LANES + c]);
                    UNROLL for (int o = 0; o < OB; o++) sum[o][i] = lanes_fma(weight[o], value, sum[o][i]);
                }
            }
        }
        UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < P; i++)
            lanes_store(m + o * block + (size_t)(t + i) * ESP_LANES, sum[o][i]);
    }
}

/// du [OB][ib][16 ci][16 co] += sum over `count` tiles of v [ib][tiles][16 ci] * w [OB][tiles][16 co], CI channels at a
/// time in registers. Cost: (OB + CI) loads for OB * CI multiply-adds.
INLINE void winograd_outer(float *du, const float *v, const float *w, int blocks_in, int tiles, int count, const int OB,
                           const int CI) {
    const size_t block = (size_t)tiles * ESP_LANES, u_block = (size_t)blocks_in * 256;
    for (int c = 0; c < blocks_in * ESP_LANES; c += CI) {
        lanes sum[2][16];
        const float *x = v + c / ESP_LANES * block + c % ESP_LANES;
        UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < CI; i++) sum[o][i] = lanes_all(0);
        for (int t = 0; t < count; t++) {
            lanes gradient[2];
            UNROLL for (int o = 0; o < OB; o++) gradient[o] = lanes_load(w + o * block + (size_t)t * ESP_LANES);
            UNROLL for (int i = 0; i < CI; i++) {
                lanes value = lanes_all(x[(size_t)t * ESP_LANES + i]);
                UNROLL for (int o = 0; o < OB; o++) sum[o][i] = lanes_fma(gradient[o], value, sum[o][i]);
            }
        }
        UNROLL for (int o = 0; o < OB; o++) UNROLL for (int i = 0; i < CI; i++) {
            float *to = du + o * u_block + (size_t)(c + i) * ESP_LANES;
            lanes_store(to, lanes_load(to) + sum[o][i]);
        }
    }
}

static __attribute__((noinline)) void winograd_product_1(float *m, const float *v, const float *u, int blocks_in,
                                                         int tiles) {
    winograd_product(m, v, u, blocks_in, tiles, 1, WINOGRAD_PIXELS_1);
}
static __attribute__((noinline)) void winograd_outer_1(float *du, const float *v, const float *w, int blocks_in,
                                                       int tiles, int count) {
    winograd_outer(du, v, w, blocks_in, tiles, count, 1, WINOGRAD_CHANNELS_1);
}
#if WINOGRAD_BLOCKS > 1
static __attribute__((noinline)) void winograd_product_2(float *m, const float *v, const float *u, int blocks_in,
                                                         int tiles) {
    winograd_product(m, v, u, blocks_in, tiles, 2, WINOGRAD_PIXELS_2);
}
static __attribute__((noinline)) void winograd_outer_2(float *du, const float *v, const float *w, int blocks_in,
                                                       int tiles, int count) {
    winograd_outer(du, v, w, blocks_in, tiles, count, 2, WINOGRAD_CHANNELS_2);
}
#endif

/// One plane, all output blocks: m [ob][tiles][16] from v [ib][tiles][16] and u [ob][ib][16 ci][16 co].
INLINE void winograd_plane_product(float *m, const float *v, const float *u, int blocks_in, int blocks_out, int tiles) {
    const size_t u_block = (size_t)blocks_in * 256, block = (size_t)tiles * ESP_LANES;
    int o = 0;
#if WINOGRAD_BLOCKS > 1
    for (; o + 2 <= blocks_out; o += 2) winograd_product_2(m + o * block, v, u + o * u_block, blocks_in, tiles);
#endif
    for (; o < blocks_out; o++) winograd_product_1(m + o * block, v, u + o * u_block, blocks_in, tiles);
}

/// One plane, all output blocks: du [ob][ib][16 ci][16 co] += the sum over tiles of v times w.
INLINE void winograd_plane_outer(float *du, const float *v, const float *w, int blocks_in, int blocks_out, int tiles,
                                 int count) {
    const size_t u_block = (size_t)blocks_in * 256, block = (size_t)tiles * ESP_LANES;
    int o = 0;
#if WINOGRAD_BLOCKS > 1
    for (; o + 2 <= blocks_out; o += 2) winograd_outer_2(du + o * u_block, v, w + o * block, blocks_in, tiles, count);
#endif
    for (; o < blocks_out; o++) winograd_outer_1(du + o * u_block, v, w + o * block, blocks_in, tiles, count);
}

/// `count` tiles rounded up to what a product takes at a time. What the rest holds goes into products that nobody
/// reads.
INLINE int winograd_round(int count) { return (count + WINOGRAD_ROUND - 1) / WINOGRAD_ROUND * WINOGRAD_ROUND; }
