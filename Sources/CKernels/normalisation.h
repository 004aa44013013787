// Sums over the pixels of one dense block [pixels][16]. Four chains of additions a sum: they hide the latency of an
// addition, and each is a quarter as long, so it rounds less.

enum { CHAINS = 4 };

/// mean[c], m2[c] of `before` values become those of `before + pixels` (Chan, Golub, LeVeque 1979). First the mean of
/// the image, then the deviations from it: nothing cancels where the mean is large. The sum of deviations, not quite 0
/// in float, corrects both. Cost: two reads of the block.
static void moments(const float *z, int pixels, double before, double mean[16], double m2[16]) {
    if (pixels < 1) return;
    lanes sum[CHAINS], square[CHAINS];
    double total[16] = {0}, squares[16] = {0};
    for (int i = 0; i < CHAINS; i++) sum[i] = lanes_all(0);
    int p = 0;
    for (; p + CHAINS <= pixels; p += CHAINS)
        UNROLL for (int i = 0; i < CHAINS; i++) sum[i] += lanes_load(z + (size_t)(p + i) * ESP_LANES);
    for (; p < pixels; p++) sum[0] += lanes_load(z + (size_t)p * ESP_LANES);
    const lanes centre = ((sum[0] + sum[1]) + (sum[2] + sum[3])) / lanes_all((float)pixels);

    for (int i = 0; i < CHAINS; i++) sum[i] = square[i] = lanes_all(0);
    for (p = 0; p + CHAINS <= pixels; p += CHAINS)
        UNROLL for (int i = 0; i < CHAINS; i++) {
            lanes d = lanes_load(z + (size_t)(p + i) * ESP_LANES) - centre;
            sum[i] += d;
            square[i] = lanes_fma(d, d, square[i]);
        }
    for (; p < pixels; p++) {
        lanes d = lanes_load(z + (size_t)p * ESP_LANES) - centre;
        sum[0] += d;
        square[0] = lanes_fma(d, d, square[0]);
    }
    for (int i = 0; i < CHAINS; i++) {
        lanes_add_wide(total, sum[i]);
        lanes_add_wide(squares, square[i]);
    }
    const double n = pixels, all = before + n;
    for (int c = 0; c < ESP_LANES; c++) {
        const double off = total[c] / n, here = (double)centre[c] + off;
        const double delta = here - mean[c];
        mean[c] += delta * (n / all);
        m2[c] += (squares[c] - total[c] * off) + delta * delta * (before * (n / all));
    }
}

/// sum += sum of dy, sum_x += sum of dy * (z - mean) * inverse. Cost: one read of both blocks.
static void norm_sums(const float *dy, const float *z, int pixels, const float *mean, const float *inverse,
                      double sum[16], double sum_x[16]) {
    const lanes centre = lanes_load(mean), scale = lanes_load(inverse);
    lanes total[CHAINS], product[CHAINS];
    for (int i = 0; i < CHAINS; i++) total[i] = product[i] = lanes_all(0);
    int p = 0;
    for (; p + CHAINS <= pixels; p += CHAINS)
        UNROLL for (int i = 0; i < CHAINS; i++) {
            lanes d = lanes_load(dy + (size_t)(p + i) * ESP_LANES);
            total[i] += d;
            product[i] = lanes_fma(d, lanes_load(z + (size_t)(p + i) * ESP_LANES) - centre, product[i]);
        }
    for (; p < pixels; p++) {
        lanes d = lanes_load(dy + (size_t)p * ESP_LANES);
        total[0] += d;
        product[0] = lanes_fma(d, lanes_load(z + (size_t)p * ESP_LANES) - centre, product[0]);
    }
    for (int i = 0; i < CHAINS; i++) {
        lanes_add_wide(sum, total[i]);
        lanes_add_wide(sum_x, product[i] * scale);
    }
}

/// sum[c] += sum over the region, row by row.
static void region_sum(const float *dz, int h, int w, int row, double sum[16]) {
    for (int y = 0; y < h; y++, dz += row) {
        lanes total = lanes_all(0);
        for (int x = 0; x < w; x++) total += lanes_load(dz + (size_t)x * ESP_LANES);
        lanes_add_wide(sum, total);
    }
}

/// mean[c] = sum over pixels / pixels.
static void pixel_mean(float mean[16], const float *z, int pixels) {
    lanes sum[CHAINS];
    for (int i = 0; i < CHAINS; i++) sum[i] = lanes_all(0);
    int p = 0;
    for (; p + CHAINS <= pixels; p += CHAINS)
        UNROLL for (int i = 0; i < CHAINS; i++) sum[i] += lanes_load(z + (size_t)(p + i) * ESP_LANES);
    for (; p < pixels; p++) sum[0] += lanes_load(z + (size_t)p * ESP_LANES);
    lanes_store(mean, ((sum[0] + sum[1]) + (sum[2] + sum[3])) / lanes_all((float)pixels));
}

static void fill(float *z, int pixels, const float value[16]) { load_pixels(z, lanes_load(value), pixels); }
