// Pooling of one block, forward beside backward: patch [patch_h][patch_w][16] -> out [out_h][out_w][16], the taps of an
// output at patch[y*stride + ky*dilation][x*stride + kx*dilation]. Maxima read -infinity around the image, and NaN
// wins; means count only the taps inside the image.

/// The first tap of output (y, x), and a tap's distance from it.
INLINE const float *pool_at(const float *patch, const esp_window *window, int y, int x) {
    return patch + (size_t)y * window->stride * window->row + (size_t)x * window->stride * ESP_LANES;
}
INLINE size_t pool_tap(const esp_window *window, int ky, int kx) {
    return (size_t)ky * window->dilation * window->row + (size_t)kx * window->dilation * ESP_LANES;
}

/// Whether any value the windows reach is NaN. Rare, and asked once an image, so that the loops over taps need not ask.
INLINE int pool_poisoned(const float *patch, const esp_window *window) {
    const int reach = (window->kernel - 1) * window->dilation;
    const int rows = (window->out_h - 1) * window->stride + reach + 1;
    const int width = (window->out_w - 1) * window->stride + reach + 1;
    lanes_mask nan = {0};
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < width; x++) {
            const lanes q = lanes_load(patch + (size_t)y * window->row + (size_t)x * ESP_LANES);
            nan |= q != q;
        }
    return lanes_any(nan);
}

/// The largest of the taps at `in`; where `poisoned`, NaN where any is. A constant K unrolls the taps.
INLINE lanes pool_largest(const float *in, const esp_window *window, const int K, const int poisoned) {
    lanes m = lanes_load(in);
    lanes_mask nan = m != m;
    for (int ky = 0; ky < K; ky++)
        for (int kx = 0; kx < K; kx++) {
            lanes q = lanes_load(in + pool_tap(window, ky, kx));
            if (poisoned) nan |= q != q;
            m = lanes_choose(q > m, q, m);
        }
    return poisoned ? lanes_choose(nan, lanes_all(__builtin_nanf("")), m) : m;
}

/// out[y][x] = max over taps. Cost: one load and one comparison a tap.
INLINE void max_pool_sized(float *out, const float *patch, const esp_window *window, const int K, const int poisoned) {
    fetcher fetch = fetch_ahead(window, window->out_h);
    for (int y = 0; y < window->out_h; y++) {
        fetch_step(&fetch);
        for (int x = 0; x < window->out_w; x++, out += ESP_LANES)
            lanes_store(out, pool_largest(pool_at(patch, window, y, x), window, K, poisoned));
    }
}

/// b also where a is NaN; asked only where nothing is.
INLINE lanes pool_larger(lanes a, lanes b) { return lanes_choose(a > b, a, b); }

/// The largest of three pixels below each other.
INLINE lanes pool_column(const float *in, size_t row) {
    return pool_larger(pool_larger(lanes_load(in), lanes_load(in + row)), lanes_load(in + 2 * row));
}

/// 3x3 at stride 1, no NaN: neighbours share the maxima of their columns. Cost: three loads and four maxima an output.
static void max_pool_columns(float *out, const float *patch, const esp_window *window) {
    const size_t row = window->row;
    fetcher fetch = fetch_ahead(window, window->out_h);
    for (int y = 0; y < window->out_h; y++) {
        fetch_step(&fetch);
        const float *in = patch + y * row;
        lanes left = pool_column(in, row), middle = pool_column(in + ESP_LANES, row);
        for (int x = 0; x < window->out_w; x++, out += ESP_LANES) {
            const lanes right = pool_column(in + (size_t)(x + 2) * ESP_LANES, row);
            lanes_store(out, pool_larger(pool_larger(left, middle), right));
            left = middle;
            middle = right;
        }
    }
}

/// See `esp_kernels.max_pool`. Cost: one look at the patch for NaN, then as above.
static void max_pool(float *out, const float *patch, const esp_window *window) {
    if (pool_poisoned(patch, window)) return max_pool_sized(out, patch, window, window->kernel, 1);
    if (window->kernel == 3 && window->stride == 1 && window->dilation == 1)
        return max_pool_columns(out, patch, window);
    if (window->kernel == 3) return max_pool_sized(out, patch, window, 3, 0);
    max_pool_sized(out, patch, window, window->kernel, 0);
}

/// The tap (row-major) that wins each output's gradient: the first that equals the largest, the first NaN where that is
/// one. Found again here, so that the forward pass stores no index. winners [out_h*out_w][16].
INLINE void max_pool_winners(int32_t *winners, const float *patch, const esp_window *window, const int K,
                             const int poisoned) {
    fetcher fetch = fetch_ahead(window, window->out_h);
    for (int y = 0; y < window->out_h; y++) {
        fetch_step(&fetch);
        for (int x = 0; x < window->out_w; x++, winners += ESP_LANES) {
            const float *in = pool_at(patch, window, y, x);
            const lanes m = pool_largest(in, window, K, poisoned);
            lanes_mask winner = {0};
            for (int tap = K * K - 1; tap >= 0; tap--) {
                const lanes q = lanes_load(in + pool_tap(window, tap / K, tap % K));
                lanes_mask wins = q == m;
                if (poisoned) wins |= (m != m) & (q != q);
                winner = (wins & lanes_number(tap)) | (~wins & winner);
            }
            *(lanes_mask *)winners = winner;
        }
    }
}

/// The gradient of patch pixel (py, px): sum of dz over the outputs it wins, in the outputs' order. K x K, stride 1.
/// `inside`: all K columns of outputs are there.
INLINE lanes max_pool_gathered(lanes sum, const int32_t *winners, const esp_window *window, const float *dz, int py,
                               int px, const int K, const int inside) {
    UNROLL for (int ky = K - 1; ky >= 0; ky--) {
        const int y = py - ky;
        if (y < 0 || y >= window->out_h) continue;
        UNROLL for (int kx = K - 1; kx >= 0; kx--) {
            const int x = px - kx;
            if (!inside && (x < 0 || x >= window->out_w)) continue;
            const size_t at = ((size_t)y * window->out_w + x) * ESP_LANES;
            sum += lanes_keep(*(const lanes_mask *)(winners + at) == lanes_number(ky * K + kx), lanes_load(dz + at));
        }
    }
    return sum;
}

/// Overlapping windows of stride 1: each patch pixel gathers, so that no addition waits for the store before it.
INLINE void max_pool_gather(float *dpatch, const int32_t *winners, const esp_window *window, const float *dz,
                            const int K) {
    for (int py = 0; py < window->out_h + K - 1; py++)
        for (int px = 0; px < window->out_w + K - 1; px++) {
            float *to = dpatch + (size_t)py * window->row + (size_t)px * ESP_LANES;
            const lanes sum = lanes_load(to);
            lanes_store(to, px >= K - 1 && px < window->out_w
                                ? max_pool_gathered(sum, winners, window, dz, py, px, K, 1)
                                : max_pool_gathered(sum, winners, window, dz, py, px, K, 0));
        }
}

/// See `esp_kernels.max_pool_gradient`. Cost: the forward pass again, and K * K comparisons and additions an output.
static void max_pool_gradient(float *dpatch, int32_t *winners, const float *patch, const esp_window *window,
                              const float *dz) {
    const int poisoned = pool_poisoned(patch, window);
    if (poisoned)
        max_pool_winners(winners, patch, window, window->kernel, 1);
    else if (window->kernel == 3)
        max_pool_winners(winners, patch, window, 3, 0);
    else
        max_pool_winners(winners, patch, window, window->kernel, 0);
    if (window->kernel == 3 && window->stride == 1 && window->dilation == 1)
        return max_pool_gather(dpatch, winners, window, dz, 3);
    for (int y = 0; y < window->out_h; y++)
        for (int x = 0; x < window->out_w; x++, dz += ESP_LANES, winners += ESP_LANES) {
            const lanes g = lanes_load(dz);
            for (int tap = 0; tap < window->kernel * window->kernel; tap++) {
                float *to = dpatch + (pool_at(patch, window, y, x) - patch) +
                            pool_tap(window, tap / window->kernel, tap % window->kernel);
                lanes_store(to, lanes_load(to) + lanes_keep(*(const lanes_mask *)winners == lanes_number(tap), g));
            }
        }
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
