// What a depthwise convolution's mean over the image needs: for every tap the sum of all the pixels it meets.

/// Columns `from` ..< `to` of a row, in four chains.
INLINE lanes row_sum(const float *row, int from, int to) {
    lanes sum[4] = {lanes_all(0), lanes_all(0), lanes_all(0), lanes_all(0)};
    int x = from;
    for (; x + 4 <= to; x += 4) UNROLL for (int i = 0; i < 4; i++) sum[i] += lanes_load(row + (x + i) * ESP_LANES);
    for (; x < to; x++) sum[0] += lanes_load(row + x * ESP_LANES);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/// See `esp_kernels.window_sums`. The windows of a row's taps share the columns `reach` ..< width; what each has left and
/// right of them is added by itself, so nothing cancels. Cost: one read of the patch.
static void window_sums(float *sums, const float *patch, const esp_window *window) {
    const int k = window->kernel, d = window->dilation, reach = d * (k - 1), width = window->out_w;
    for (int tap = 0; tap < k * k; tap++) lanes_store(sums + tap * ESP_LANES, lanes_all(0));
    for (int py = 0; py < window->out_h + reach; py++) {
        const float *row = patch + (size_t)py * window->row;
        const lanes common = reach < width ? row_sum(row, reach, width) : lanes_all(0);
        for (int kx = 0; kx < k; kx++) {
            const lanes sum = reach < width ? (row_sum(row, kx * d, reach) + common) + row_sum(row, width, width + kx * d)
                                            : row_sum(row, kx * d, kx * d + width);
            for (int ky = 0; ky < k; ky++) {
                float *to = sums + (ky * k + kx) * ESP_LANES;
                if (py >= ky * d && py < ky * d + window->out_h) lanes_store(to, lanes_load(to) + sum);
            }
        }
    }
}
