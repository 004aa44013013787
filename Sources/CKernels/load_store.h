// Between dense blocks and padded patches: normalisation, sums and ReLU happen on the way in, the ReLU mask on the way
// out, so that none of them needs memory of its own.

/// How many floats ahead a stream is asked for: a page of 4 KiB, which the core's own prefetching does not cross.
enum { STREAM_AHEAD = 1024 };

/// One row of `load`: row[x * stride] = relu?(sum of `count` terms at pixel `first + x`), x < w.
INLINE void load_row(float *row, int stride, size_t first, int w, const esp_term *terms, int count, int relu) {
    lanes scale[4], shift;
    shift = lanes_all(0);
    // One shift for all terms: the sum of theirs. Scales of the first four terms stay in registers.
    for (int t = 0; t < count; t++) {
        if (t < 4) scale[t] = terms[t].scale ? lanes_load(terms[t].scale) : lanes_all(1);
        if (terms[t].shift) shift += lanes_load(terms[t].shift);
    }
    for (int x = 0; x < w; x++) {
        size_t at = (first + (size_t)x) * ESP_LANES;
        lanes sum = shift;
        for (int t = 0; t < count; t++) {
            __builtin_prefetch(terms[t].data + at + STREAM_AHEAD, 0, 3);
            lanes s = t < 4 ? scale[t] : terms[t].scale ? lanes_load(terms[t].scale) : lanes_all(1);
            sum = lanes_fma(lanes_load(terms[t].data + at), s, sum);
        }
        // NaN stays NaN: a diverged run must not hide behind ReLU.
        if (relu) sum = lanes_keep(~(sum < lanes_all(0)), sum);
        lanes_store(row + (size_t)x * stride * ESP_LANES, sum);
    }
}

INLINE void load_pixels(float *to, const lanes value, int pixels) {
    for (int x = 0; x < pixels; x++) lanes_store(to + (size_t)x * ESP_LANES, value);
}

/// See `esp_kernels.load`. Cost: patch_h * patch_w stores, h * w * terms_count loads.
INLINE void load_terms(float *patch, int patch_h, int patch_w, int offset, int stride, float fill, int h, int w,
                       const esp_term *terms, int count, int relu) {
    const lanes border = lanes_all(fill);
    for (int py = 0; py < patch_h; py++) {
        float *row = patch + (size_t)py * patch_w * ESP_LANES;
        int y = (py - offset) / stride;
        int inside = py >= offset && y < h && offset + y * stride == py;
        if (!inside || stride > 1) load_pixels(row, border, patch_w);
        if (!inside) continue;
        float *first = row + (size_t)offset * ESP_LANES;
        if (stride == 1) {
            load_pixels(row, border, offset);
            load_pixels(first + (size_t)w * ESP_LANES, border, patch_w - offset - w);
            load_row(first, 1, (size_t)y * w, w, terms, count, relu);
        } else {
            load_row(first, stride, (size_t)y * w, w, terms, count, relu);
        }
    }
}

static void load(float *patch, int patch_h, int patch_w, int offset, int stride, float fill, int h, int w,
                 const esp_term *terms, int count, int relu) {
    // One and two terms are nearly all calls: constants let the compiler drop the loop over terms.
    if (count == 1)
        load_terms(patch, patch_h, patch_w, offset, stride, fill, h, w, terms, 1, relu);
    else if (count == 2)
        load_terms(patch, patch_h, patch_w, offset, stride, fill, h, w, terms, 2, relu);
    else
        load_terms(patch, patch_h, patch_w, offset, stride, fill, h, w, terms, count, relu);
}

/// See `esp_kernels.store`. Sums are taken row by row, in two chains each: short chains round little. `past_caches`
/// writes without reading the lines first. Cost: one read of src, of mask, of z for sums and of dst where it is added
/// to; one write.
INLINE void store_rows(float *dst, int h, int w, const float *src, int src_row, const float *mask, int mask_row,
                       const esp_norm_sums *sums, const int masked, const int accumulate, const int summed,
                       const int past_caches) {
    lanes all = lanes_all(0), products = lanes_all(0), mean = lanes_all(0);
    if (summed) mean = lanes_load(sums->mean);
    for (int y = 0; y < h; y++) {
        lanes total[2] = {lanes_all(0), lanes_all(0)}, product[2] = {lanes_all(0), lanes_all(0)};
        for (int x = 0; x < w; x++) {
            const size_t at = ((size_t)y * w + x) * ESP_LANES;
            float *to = dst + at;
            if (!past_caches) __builtin_prefetch(to + STREAM_AHEAD, 1, 3);
            lanes value = lanes_load(src + (size_t)y * src_row + (size_t)x * ESP_LANES);
            if (masked) {
                lanes gate = lanes_load(mask + (size_t)y * mask_row + (size_t)x * ESP_LANES);
                value = lanes_keep(gate > lanes_all(0), value);
            }
            if (accumulate) value += lanes_load(to);
            if (summed) {
                total[x & 1] += value;
                product[x & 1] = lanes_fma(value, lanes_load(sums->z + at) - mean, product[x & 1]);
            }
            if (past_caches)
                __builtin_nontemporal_store(value, (lanes *)to);
            else
                lanes_store(to, value);
        }
        all += total[0] + total[1];
        products += product[0] + product[1];
    }
    // Stores past the caches wait for nobody; whoever is told that this image is done must find them there.
    if (past_caches) __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (summed) {
        lanes_add_wide(sums->sum, all);
        lanes_add_wide(sums->sum_x, products * lanes_load(sums->inverse));
    }
}

static void store(float *dst, int h, int w, const float *src, int src_row, const float *mask, int mask_row,
                  int accumulate, int past_caches, const esp_norm_sums *sums) {
    const int masked = mask != 0, summed = sums != 0, past = past_caches && !accumulate;
    // Constants let the compiler drop what a case does not need.
#define STORE_ROWS(MASKED, ADDED, SUMMED, PAST)                                               \
    if (masked == MASKED && !accumulate == !ADDED && summed == SUMMED && past == PAST)         \
        return store_rows(dst, h, w, src, src_row, mask, mask_row, sums, MASKED, ADDED, SUMMED, PAST);
    STORE_ROWS(0, 0, 0, 0) STORE_ROWS(0, 0, 0, 1) STORE_ROWS(0, 0, 1, 0) STORE_ROWS(0, 0, 1, 1)
    STORE_ROWS(1, 0, 0, 0) STORE_ROWS(1, 0, 0, 1) STORE_ROWS(1, 0, 1, 0) STORE_ROWS(1, 0, 1, 1)
    STORE_ROWS(0, 1, 0, 0) STORE_ROWS(0, 1, 1, 0) STORE_ROWS(1, 1, 0, 0) STORE_ROWS(1, 1, 1, 0)
#undef STORE_ROWS
}
