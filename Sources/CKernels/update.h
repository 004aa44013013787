// Flat arrays, element by element: no reductions and no fused rounding, so every level gives the same bits.

/// a[i] += b[i].
static void add(float *a, const float *b, size_t count) {
    size_t i = 0;
    for (; i + ESP_LANES <= count; i += ESP_LANES) lanes_store(a + i, lanes_load(a + i) + lanes_load(b + i));
    for (; i < count; i++) a[i] += b[i];
}

/// g = gradient + decay * w; m = momentum * m + g; w -= rate * m (PyTorch's SGD without dampening).
/// Cost: 3 reads, 2 writes.
static void sgd(float *w, float *m, const float *gradient, size_t count, float rate, float momentum, float decay) {
    const lanes rates = lanes_all(rate), momenta = lanes_all(momentum), decays = lanes_all(decay);
    size_t i = 0;
    for (; i + ESP_LANES <= count; i += ESP_LANES) {
        lanes weight = lanes_load(w + i), g = decays * weight;
        if (gradient) g = lanes_load(gradient + i) + g;
        lanes moved = momenta * lanes_load(m + i) + g;
        lanes_store(m + i, moved);
        lanes_store(w + i, weight - rates * moved);
    }
    for (; i < count; i++) {
        float g = decay * w[i];
        if (gradient) g = gradient[i] + g;
        m[i] = momentum * m[i] + g;
        w[i] -= rate * m[i];
    }
}
