// Between dense blocks and padded patches: normalisation, sums and ReLU happen on the way in, the ReLU mask on the way
// out, so that none of them needs memory of its own.

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

/// See `esp_kernels.store`.
INLINE void store_rows(float *dst, int h, int w, const float *src, int src_row, const float *mask, int mask_row,
                       const int masked, const int accumulate) {
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float *to = dst + ((size_t)y * w + x) * ESP_LANES;
            lanes value = lanes_load(src + (size_t)y * src_row + (size_t)x * ESP_LANES);
            if (masked) {
                lanes gate = lanes_load(mask + (size_t)y * mask_row + (size_t)x * ESP_LANES);
                value = lanes_keep(gate > lanes_all(0), value);
            }
            if (accumulate) value += lanes_load(to);
            lanes_store(to, value);
        }
}

static void store(float *dst, int h, int w, const float *src, int src_row, const float *mask, int mask_row,
                  int accumulate) {
    if (mask && accumulate)
        store_rows(dst, h, w, src, src_row, mask, mask_row, 1, 1);
    else if (mask)
        store_rows(dst, h, w, src, src_row, mask, mask_row, 1, 0);
    else
        store_rows(dst, h, w, src, src_row, mask, mask_row, 0, accumulate);
}
