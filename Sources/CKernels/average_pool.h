// Average pooling 3x3 of stride 1, rows and columns apart: patch [out_h + 2][out_w + 2][16] -> out [out_h][out_w][16].
// The sum of a column of three is taken once for the three outputs it belongs to, so an output costs four additions,
// not eight. The number of taps inside the image is a product of one for rows and one for columns, and so is 1 over it.

/// 1 / (how many of the taps `at` ..< `at + 3` of one axis fall inside the image, `padding` ..< `padding + size`), 0
/// where none does.
INLINE float average_share(int at, int padding, int size) {
    if (at >= padding && at + 3 <= padding + size) return 1 / 3.0f;
    const int first = at > padding ? at : padding, last = at + 3 < padding + size ? at + 3 : padding + size;
    return last > first ? 1 / (float)(last - first) : 0;
}

/// out[y][x] = mean of the taps inside; what lies outside is zero in the patch and adds nothing.
static void average_pool_3(float *out, const float *patch, const esp_window *window, int padding, int h, int w) {
    const size_t row = (size_t)window->row;
    for (int y = 0; y < window->out_h; y++) {
        const float *in = patch + y * row, share = average_share(y, padding, h);
        lanes before, here;
        for (int x = 0; x < window->out_w + 2; x++, in += ESP_LANES) {
            const lanes after = (lanes_load(in) + lanes_load(in + row)) + lanes_load(in + 2 * row);
            if (x > 1) {
                const lanes sum = (before + here) + after;
                lanes_store(out, sum * lanes_all(share * average_share(x - 2, padding, w)));
                out += ESP_LANES;
            }
            before = x ? here : after;
            here = after;
        }
    }
}

/// dpatch[py][px] += sum of dz[y][x] * share of the outputs (py - 2 ... py, px - 2 ... px) there are.
static void average_pool_gradient_3(float *dpatch, const esp_window *window, int padding, int h, int w,
                                    const float *dz) {
    const size_t row = (size_t)window->out_w * ESP_LANES;
    for (int py = 0; py < window->out_h + 2; py++) {
        const int top = py > 1 ? py - 2 : 0, bottom = py < window->out_h ? py + 1 : window->out_h;
        float share[3], *to = dpatch + (size_t)py * window->row;
        for (int y = top; y < bottom; y++) share[y - top] = average_share(y, padding, h);
        const float *d = dz + top * row;
        const int rows = bottom - top;
        lanes before = lanes_all(0), here = lanes_all(0);
        for (int px = 0; px < window->out_w + 2; px++, to += ESP_LANES, d += ESP_LANES) {
            lanes after = lanes_all(0);
            if (px < window->out_w) {
                after = lanes_load(d) * lanes_all(share[0]);
                if (rows > 1) after = lanes_fma(lanes_load(d + row), lanes_all(share[1]), after);
                if (rows > 2) after = lanes_fma(lanes_load(d + 2 * row), lanes_all(share[2]), after);
                after *= lanes_all(average_share(px, padding, w));
            }
            lanes_store(to, lanes_load(to) + ((before + here) + after));
            before = here;
            here = after;
        }
    }
}
