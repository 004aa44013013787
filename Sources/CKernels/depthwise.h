// Depthwise convolution of one block: out[y][x] = sum over taps of
// patch[y*stride + ky*dilation][x*stride + kx*dilation] * w[tap], lane by lane. Cost: one load a multiply-add.

/// P neighbouring pixels of a row. Constant K unrolls the taps; constant D lets neighbouring taps share loads.
INLINE void depthwise_tile(float *out, const float *in, const float *w, size_t row, int dilation, int stride,
                           const int K, const int P) {
    lanes sum[DEPTHWISE_PIXELS];
    UNROLL for (int i = 0; i < P; i++) sum[i] = lanes_all(0);
    UNROLL for (int ky = 0; ky < K; ky++) {
        const float *from = in + (size_t)ky * dilation * row;
        UNROLL for (int kx = 0; kx < K; kx++) {
            lanes weight = lanes_load(w + (ky * K + kx) * ESP_LANES);
            UNROLL for (int i = 0; i < P; i++) sum[i] =
                lanes_fma(weight, lanes_load(from + (i * stride + kx * dilation) * ESP_LANES), sum[i]);
        }
    }
    UNROLL for (int i = 0; i < P; i++) lanes_store(out + i * ESP_LANES, sum[i]);
}

/// All rows: tiles of DEPTHWISE_PIXELS; the last steps back over pixels already written, narrow rows go one by one.
INLINE void depthwise_rows(float *out, const float *patch, const esp_window *window, const float *w, const int K,
                           int dilation, int stride) {
    const int width = window->out_w, P = DEPTHWISE_PIXELS;
    fetcher fetch = fetch_ahead(window, window->out_h);
    for (int y = 0; y < window->out_h; y++) {
        const float *in = patch + (size_t)y * stride * window->row;
        float *to = out + (size_t)y * width * ESP_LANES;
        fetch_step(&fetch);
        for (int x = 0; x < width;) {
            if (width >= P) {
                if (x > width - P) x = width - P;
                depthwise_tile(to + x * ESP_LANES, in + (size_t)x * stride * ESP_LANES, w, window->row, dilation,
                               stride, K, DEPTHWISE_PIXELS);
                x += P;
            } else {
                depthwise_tile(to + x * ESP_LANES, in + (size_t)x * stride * ESP_LANES, w, window->row, dilation,
                               stride, K, 1);
                x += 1;
            }
        }
    }
}

/// Any kernel size, pixel by pixel.
INLINE void depthwise_any(float *out, const float *patch, const esp_window *window, const float *w) {
    const int k = window->kernel, d = window->dilation, s = window->stride;
    for (int y = 0; y < window->out_h; y++)
        for (int x = 0; x < window->out_w; x++) {
            lanes sum = lanes_all(0);
            for (int ky = 0; ky < k; ky++)
                for (int kx = 0; kx < k; kx++)
                    sum = lanes_fma(lanes_load(w + (ky * k + kx) * ESP_LANES),
                                    lanes_load(patch + (size_t)(y * s + ky * d) * window->row +
                                               (size_t)(x * s + kx * d) * ESP_LANES),
                                    sum);
            lanes_store(out + ((size_t)y * window->out_w + x) * ESP_LANES, sum);
        }
}

static void depthwise(float *out, const float *patch, const esp_window *window, const float *w) {
    const int k = window->kernel, d = window->dilation, s = window->stride;
    if (k == 3 && s == 1 && d == 1)
        depthwise_rows(out, patch, window, w, 3, 1, 1);
    else if (k == 5 && s == 1 && d == 1)
        depthwise_rows(out, patch, window, w, 5, 1, 1);
    else if (k == 3 && s == 1 && d == 2)
        depthwise_rows(out, patch, window, w, 3, 2, 1);
    else if (k == 5 && s == 1 && d == 2)
        depthwise_rows(out, patch, window, w, 5, 2, 1);
    else if (k == 3)
        depthwise_rows(out, patch, window, w, 3, d, s);
    else if (k == 5)
        depthwise_rows(out, patch, window, w, 5, d, s);
    else
        depthwise_any(out, patch, window, w);
}

/// P pixels of a row, `dilation` apart: they share what they load. sum[ky*K + kx], pixel by pixel.
INLINE void depthwise_weights_tile(lanes *sum, const float *in, size_t row, const int dilation, const float *gradient,
                                   const int K, const int ROWS, const int P) {
    lanes g[P];
    UNROLL for (int i = 0; i < P; i++) g[i] = lanes_load(gradient + i * dilation * ESP_LANES);
    UNROLL for (int ky = 0; ky < ROWS; ky++) UNROLL for (int column = 0; column < K + P - 1; column++) {
        const lanes x = lanes_load(in + ky * dilation * row + column * dilation * ESP_LANES);
        UNROLL for (int i = P - 1; i >= 0; i--) if (column >= i && column - i < K) {
            const int t = ky * K + column - i;
            sum[t] = lanes_fma(g[i], x, sum[t]);
        }
    }
}

/// ROWS rows of taps from `first` of a K x K kernel: their sums stay in registers over the image.
INLINE void depthwise_weights_rows(float *dw, const float *patch, const esp_window *window, const float *dz, int first,
                                   const int K, const int ROWS, const int D) {
    const int d = D ? D : window->dilation, s = window->stride;
    const size_t dz_row = window->out_row ? window->out_row : window->out_w * ESP_LANES;
    fetcher fetch = fetch_ahead(window, window->out_h);
    lanes sum[25];
    UNROLL for (int t = 0; t < ROWS * K; t++) sum[t] = lanes_all(0);
    for (int y = 0; y < window->out_h; y++) {
        const float *in = patch + (size_t)(y * s + first * d) * window->row;
        const float *gradient = dz + y * dz_row;
        fetch_step(&fetch);
        int x = 0;
        if (D && s == 1)
            for (; x + d * DEPTHWISE_SHARED <= window->out_w; x += d * DEPTHWISE_SHARED)
                for (int first_of = x; first_of < x + d; first_of++)
                    depthwise_weights_tile(sum, in + first_of * ESP_LANES, window->row, d,
                                           gradient + first_of * ESP_LANES, K, ROWS, DEPTHWISE_SHARED);
        for (; x < window->out_w; x++) {
            const lanes g = lanes_load(gradient + x * ESP_LANES);
            UNROLL for (int ky = 0; ky < ROWS; ky++) UNROLL for (int kx = 0; kx < K; kx++) sum[ky * K + kx] = lanes_fma(
                g, lanes_load(in + (size_t)ky * d * window->row + ((size_t)x * s + kx * d) * ESP_LANES),
                sum[ky * K + kx]);
        }
    }
    float *to = dw + first * K * ESP_LANES;
    UNROLL for (int t = 0; t < ROWS * K; t++)
        lanes_store(to + t * ESP_LANES, lanes_load(to + t * ESP_LANES) + sum[t]);
}

/// Any kernel size, tap by tap.
INLINE void depthwise_weights_any(float *dw, const float *patch, const esp_window *window, const float *dz) {
    const int k = window->kernel, d = window->dilation, s = window->stride;
    const size_t dz_row = window->out_row ? window->out_row : window->out_w * ESP_LANES;
    for (int tap = 0; tap < k * k; tap++) {
        lanes sum = lanes_all(0);
        for (int y = 0; y < window->out_h; y++)
            for (int x = 0; x < window->out_w; x++)
                sum = lanes_fma(lanes_load(dz + y * dz_row + x * ESP_LANES),
                                lanes_load(patch + (size_t)(y * s + tap / k * d) * window->row +
                                           (size_t)(x * s + tap % k * d) * ESP_LANES),
                                sum);
        lanes_store(dw + tap * ESP_LANES, lanes_load(dw + tap * ESP_LANES) + sum);
    }
}

/// A K x K kernel of dilation D (0: any). Where 9 or 25 sums do not fit into the registers: one row of taps a sweep.
INLINE void depthwise_weights_sized(float *dw, const float *patch, const esp_window *window, const float *dz,
                                    const int K, const int D) {
#if DEPTHWISE_ALL_TAPS
    depthwise_weights_rows(dw, patch, window, dz, 0, K, K, D);
#else
    for (int ky = 0; ky < K; ky++) depthwise_weights_rows(dw, patch, window, dz, ky, K, 1, D);
#endif
}

static void depthwise_weights(float *dw, const float *patch, const esp_window *window, const float *dz) {
    const int k = window->kernel, d = window->dilation;
    if (k == 3 && d == 1)
        depthwise_weights_sized(dw, patch, window, dz, 3, 1);
    else if (k == 5 && d == 1)
        depthwise_weights_sized(dw, patch, window, dz, 5, 1);
    else if (k == 5 && d == 2)
        depthwise_weights_sized(dw, patch, window, dz, 5, 2);
    else if (k == 3)
        depthwise_weights_sized(dw, patch, window, dz, 3, 0);
    else if (k == 5)
        depthwise_weights_sized(dw, patch, window, dz, 5, 0);
    else
        depthwise_weights_any(dw, patch, window, dz);
}
