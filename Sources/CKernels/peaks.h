// What a core can do when nothing holds it up: the peaks that other speeds are a share of.

/// PEAK_CHAINS registers' worth of sums, each its own chain of multiply-adds: enough to hide their latency, few enough to
/// stay in registers. Cost: rounds * PEAK_CHAINS * 16 multiply-adds, no memory.
static int64_t peak_multiply_adds(float values[16], int64_t rounds) {
    const lanes factor = lanes_all(0.5f), addend = lanes_load(values);
    lanes sums[PEAK_CHAINS];
    UNROLL for (int k = 0; k < PEAK_CHAINS; k++) sums[k] = addend * lanes_all((float)k);
    for (int64_t round = 0; round < rounds; round++) {
        UNROLL for (int k = 0; k < PEAK_CHAINS; k++) sums[k] = lanes_fma(sums[k], factor, addend);
        // Otherwise the compiler may notice that rounds of one chain are rounds of all.
        __asm__ volatile("" ::: "memory");
    }
    lanes total = sums[0];
    UNROLL for (int k = 1; k < PEAK_CHAINS; k++) total += sums[k];
    lanes_store(values, total);
    return rounds * PEAK_CHAINS * ESP_LANES;
}

/// The sum of x: memory is read and nothing is written.
static float peak_read(const float *x, size_t count) {
    lanes sums[4] = {lanes_all(0), lanes_all(0), lanes_all(0), lanes_all(0)};
    for (size_t i = 0; i < count; i += 4 * ESP_LANES)
        UNROLL for (int k = 0; k < 4; k++) sums[k] += lanes_load(x + i + k * ESP_LANES);
    const lanes total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    float sum = 0;
    for (int c = 0; c < ESP_LANES; c++) sum += total[c];
    return sum;
}

/// The triad of the STREAM benchmark: two arrays are read, one is written.
static void peak_triad(float *out, const float *x, const float *y, size_t count, float factor) {
    const lanes f = lanes_all(factor);
    for (size_t i = 0; i < count; i += ESP_LANES) lanes_store(out + i, lanes_fma(lanes_load(x + i), f, lanes_load(y + i)));
}
