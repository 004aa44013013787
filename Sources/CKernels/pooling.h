// Pooling of one block, forward beside backward.

INLINE const float *pool_at(const float *patch, const esp_window *window, int y, int x) {
    return patch + (size_t)y * window->stride * window->row + (size_t)x * window->stride * ESP_LANES;
}
INLINE size_t pool_tap(const esp_window *window, int ky, int kx) {
    return (size_t)ky * window->dilation * window->row + (size_t)kx * window->dilation * ESP_LANES;
}

/// The largest of the taps at `in`, NaN where any is. A constant K unrolls the taps.
INLINE lanes pool_largest(const float *in, const esp_window *window, const int K) {
    lanes m = lanes_load(in);
    lanes_mask nan = m != m;
    for (int ky = 0; ky < K; ky++)
        for (int kx = 0; kx < K; kx++) {
            lanes q = lanes_load(in + pool_tap(window, ky, kx));
            nan |= q != q;
            m = lanes_choose(q > m, q, m);
        }
    return lanes_choose(nan, lanes_all(__builtin_nanf("")), m);
}

/// out[y][x] = max over taps. Cost: one load and two comparisons a tap.
INLINE void max_pool_sized(float *out, const float *patch, const esp_window *window, const int K) {
    for (int y = 0; y < window->out_h; y++)
        for (int x = 0; x < window->out_w; x++, out += ESP_LANES)
            lanes_store(out, pool_largest(pool_at(patch, window, y, x), window, K));
}
static void max_pool(float *out, const float *patch, const esp_window *window) {
    if (window->kernel == 3) return max_pool_sized(out, patch, window, 3);
    max_pool_sized(out, patch, window, window->kernel);
}

/// dpatch[winning tap of (y, x)] += dz[y][x]; the winner is found again, so the forward pass stores no index.
INLINE void max_pool_gradient_sized(float *dpatch, const float *patch, const esp_window *window, const float *dz,
                                    const int K) {
    for (int y = 0; y < window->out_h; y++)
        for (int x = 0; x < window->out_w; x++, dz += ESP_LANES) {
            const float *in = pool_at(patch, window, y, x);
            float *to = dpatch + (in - patch);
            const lanes m = pool_largest(in, window, K), g = lanes_load(dz);
            const lanes_mask poisoned = m != m;
            lanes_mask open = ~(lanes_mask){0};  // lanes whose winner has not come yet
            for (int ky = 0; ky < K; ky++)
                for (int kx = 0; kx < K; kx++) {
                    float *tap = to + pool_tap(window, ky, kx);
                    lanes q = lanes_load(in + pool_tap(window, ky, kx));
                    lanes_mask wins = open & ((q == m) | (poisoned & (q != q)));
                    open &= ~wins;
                    lanes_store(tap, lanes_load(tap) + lanes_keep(wins, g));
                }
        }
}
static void max_pool_gradient(float *dpatch, const float *patch, const esp_window *window, const float *dz) {
    if (window->kernel == 3) return max_pool_gradient_sized(dpatch, patch, window, dz, 3);
    max_pool_gradient_sized(dpatch, patch, window, dz, window->kernel);
}

/// The taps from `first` ..< `last` of one axis that fall inside the image, for the output index `at`.
INLINE void pool_range(const esp_window *window, int at, int padding, int size, int *first, int *last) {
    const int start = at * window->stride, end = start + (window->kernel - 1) * window->dilation;
    const int whole = start >= padding && end < padding + size;
    *first = whole ? 0 : window->kernel;
    *last = whole ? window->kernel : 0;
    if (whole) return;
    for (int k = 0; k < window->kernel; k++) {
        const int p = start + k * window->dilation;
        if (p < padding || p >= padding + size) continue;
        if (k < *first) *first = k;
        *last = k + 1;
    }
}

/// out[y][x] = sum of the taps inside the image / their number; 0 where a window has none.
static void average_pool(float *out, const float *patch, const esp_window *window, int padding, int h, int w) {
    if (window->kernel == 3 && window->stride == 1 && window->dilation == 1)
        return average_pool_3(out, patch, window, padding, h, w);
    for (int y = 0; y < window->out_h; y++) {
        int top, bottom, left, right;
        pool_range(window, y, padding, h, &top, &bottom);
        for (int x = 0; x < window->out_w; x++, out += ESP_LANES) {
            pool_range(window, x, padding, w, &left, &right);
            const float *in = pool_at(patch, window, y, x);
            const int count = top < bottom && left < right ? (bottom - top) * (right - left) : 0;
            lanes sum = lanes_all(0);
            if (count == 9 && window->kernel == 3) {  // nearly all windows: constants unroll the taps
                UNROLL for (int ky = 0; ky < 3; ky++)
                    UNROLL for (int kx = 0; kx < 3; kx++) sum += lanes_load(in + pool_tap(window, ky, kx));
            } else {
                for (int ky = top; ky < bottom; ky++)
                    for (int kx = left; kx < right; kx++) sum += lanes_load(in + pool_tap(window, ky, kx));
            }
            lanes_store(out, count ? sum / lanes_all((float)count) : sum);
        }
    }
}

/// dpatch[tap] += dz[y][x] / number of taps inside, for each of them.
static void average_pool_gradient(float *dpatch, const esp_window *window, int padding, int h, int w,
                                  const float *dz) {
    if (window->kernel == 3 && window->stride == 1 && window->dilation == 1)
        return average_pool_gradient_3(dpatch, window, padding, h, w, dz);
    for (int y = 0; y < window->out_h; y++) {
        int top, bottom, left, right;
        pool_range(window, y, padding, h, &top, &bottom);
        for (int x = 0; x < window->out_w; x++, dz += ESP_LANES) {
            pool_range(window, x, padding, w, &left, &right);
            if (top >= bottom || left >= right) continue;
            const lanes g = lanes_load(dz) / lanes_all((float)((bottom - top) * (right - left)));
            float *to = dpatch + (pool_at(dpatch, window, y, x) - dpatch);
            for (int ky = top; ky < bottom; ky++)
                for (int kx = left; kx < right; kx++) {
                    float *tap = to + pool_tap(window, ky, kx);
                    lanes_store(tap, lanes_load(tap) + g);
                }
        }
    }
}
