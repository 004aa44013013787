/// The loops over elements. Everything here works on one image (or one flat array) at a time; Swift decides which
/// image, which lane and in which order, so no function here knows about threads.
///
/// Layout nChw16c: an image of shape [h, w, c] is ceil(c / 16) blocks of [h][w][16] floats, channels innermost, 64-byte
/// aligned; channels past c are zero. A *patch* is the same with room around it: blocks of [patch_h][patch_w][16].
/// `row` and `block` strides count floats.
#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum { ESP_LANES = 16 };  // channels in a block

/// One addend of a value that is computed on load: x * scale + shift by channel. NULL scale is 1, NULL shift is 0.
typedef struct {
    const float *data;   // [h][w][16], the block
    const float *scale;  // [16] or NULL
    const float *shift;  // [16] or NULL
} esp_term;

/// Memory that an image is read from or written to: `lines` lines of 64 bytes, images `stride` bytes apart.
typedef struct {
    const char *data;  // of image 0
    size_t stride;
    long lines;
} esp_stream;

/// Part `part` of `parts` of `streams` for image `image`, which is wanted next: the kernels that compute on what is in
/// cache (dense convolution, 3x3 and 5x5 depthwise, max pooling) ask for it meanwhile, others do not. No value depends
/// on it. count 0: nothing.
typedef struct {
    const esp_stream *streams;
    int count, part, parts;
    long lines;  // of all streams
    size_t image;
} esp_ahead;

/// The window of a convolution or pooling over a patch.
typedef struct {
    int kernel, stride, dilation;
    int out_h, out_w;  // of the output
    int row, block;    // strides of the patch, in floats
    int out_row, out_block;  // strides of the output of dense convolutions, and of dz for weight gradients; 0: dense
    esp_ahead ahead;
} esp_window;

/// What a batch norm's backward pass needs of the gradient dy of its output:
/// sum[c] += sum of dy, sum_x[c] += sum of dy * (z - mean) * inverse, z [pixels][16] its input.
typedef struct {
    const float *z, *mean, *inverse;
    double *sum, *sum_x;
} esp_norm_sums;

/// A run of images for a 3x3 convolution of stride 1 by Winograd's algorithm, which takes 4x4 outputs at a time. What is
/// read holds whole tiles: patches (4 ceil(out_h / 4) + 2) x (4 ceil(out_w / 4) + 2) pixels, dz two less, zero where
/// there is no image. Strides count floats.
typedef struct {
    int images;
    int out_h, out_w;
    int cin;  // real input channels
    int cout_blocks;
    int row, block, image;           // of the patches
    int dz_row, dz_block, dz_image;  // of dz, for the weight gradient
} esp_winograd;

/// The data gradient dx [h][w] of one image's strided convolution.
typedef struct {
    int kernel, stride, padding;
    int h, w;                // of dx
    int cin, cout_blocks;    // real channels of dz, blocks of dx
    int before;              // zeros in front of dz in its patch, at least (kernel - 1) / stride
    int row, block;          // strides of that patch, in floats; it holds dz up to row (h - 1 + padding) / stride
} esp_phases;

enum { ESP_WINOGRAD_TILES = 32 };  // transformed at once, so that they and the weights stay in the second-level cache

/// Floats from one of the 36 planes of transformed weights [36][blocks][16 ci][16 co] to the next, and of transformed
/// tiles. The odd 16 keep the 36 stores of a transform out of each other's cache sets.
static inline size_t esp_winograd_weights_plane(int blocks) { return (size_t)blocks * 256 + ESP_LANES; }
static inline size_t esp_winograd_tiles_plane(int blocks) {
    return (size_t)blocks * ESP_WINOGRAD_TILES * ESP_LANES + ESP_LANES;
}

typedef struct {
    const char *name;  // "v4", "v3" or "portable"

    /// patch[offset + y*stride][offset + x*stride] = relu?(sum of terms at (y, x)) for y < h, x < w; everything else in
    /// the patch_h x patch_w patch = fill. One block. With stride 1 and offset p: pads by p; with stride s: inserts
    /// zeros, as the data gradient of a strided convolution needs.
    /// The terms must fit: offset >= 0, offset + (h - 1)*stride < patch_h (so a data gradient wants padding <=
    /// (kernel - 1)*dilation). NaN passes relu.
    void (*load)(float *patch, int patch_h, int patch_w, int offset, int stride, float fill, int h, int w,
                 const esp_term *terms, int terms_count, int relu);

    /// dst[y][x] (+)= src[y][x] where mask[y][x] > 0 (everywhere for NULL mask). One block, dst dense [h][w][16];
    /// src and mask start at the pixel (0, 0) and have rows src_row, mask_row floats apart. Where `sums` is given, dst is
    /// summed as `norm_sums` would. `past_caches`: dst (64-byte aligned) is not read again soon; ignored where it is
    /// accumulated.
    void (*store)(float *dst, int h, int w, const float *src, int src_row, const float *mask, int mask_row,
                  int accumulate, int past_caches, const esp_norm_sums *sums);

    /// Dense convolution. out [ob][out_h*out_w][16] = sum over input channels and taps; cin real input channels (blocks
    /// of 16 in the patch), cout_blocks output blocks. w packed [ob][ib][tap][16 ci][16 co]; bias [ob][16], NULL is 0.
    void (*convolution)(float *out, const float *patch, const esp_window *window, const float *w, const float *bias,
                        int cin, int cout_blocks);
    /// dw [ob][ib][tap][16 ci][16 co] += sum over pixels of patch[ci] * dz[co].
    void (*convolution_weights)(float *dw, const float *patch, const esp_window *window, const float *dz, int cin,
                                int cout_blocks);

    /// dx [ob][h][w][16] of a strided convolution, a phase of pixels at a time. w [tap][ob][ib][16 co][16 ci], taps as in
    /// the forward pass; work holds one phase, [ob][ceil(h / stride)][ceil(w / stride)][16].
    void (*convolution_phases)(float *dx, const float *dz, const esp_phases *shape, const float *w, float *work);

    /// Dense 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3): out [image][ob][out_h][out_w][16]. u holds the
    /// transformed weights [36][ob][ib][16 ci][16 co]; work, the transformed tiles of input and output blocks.
    void (*winograd)(float *out, const float *patch, const esp_winograd *shape, const float *u, float *work);
    /// du += the gradient of u.
    void (*winograd_weights)(float *du, const float *patch, const float *dz, const esp_winograd *shape, float *work);
    /// u = G g G^T of one block: planes `plane` floats apart from packed [9][16 ci][16 co].
    void (*winograd_filter)(float *u, size_t plane, const float *packed);
    /// packed = G^T du G of one block.
    void (*winograd_filter_gradient)(float *packed, const float *du, size_t plane);

    /// Depthwise convolution of one block: out [out_h*out_w][16], w [tap][16].
    void (*depthwise)(float *out, const float *patch, const esp_window *window, const float *w);
    /// dw [tap][16] += sum over pixels of patch * dz. One block.
    void (*depthwise_weights)(float *dw, const float *patch, const esp_window *window, const float *dz);

    /// Max over the taps, NaN where any is; patch padded with -infinity. One block. The first of equal taps (row-major)
    /// wins the gradient.
    void (*max_pool)(float *out, const float *patch, const esp_window *window);
    /// dpatch += dz at the winning tap; dpatch has the patch's shape, winners [out_h*out_w][16] is scratch. One block.
    void (*max_pool_gradient)(float *dpatch, int32_t *winners, const float *patch, const esp_window *window,
                              const float *dz);

    /// Mean over the taps inside the image (rows padding <= y < padding + h of the patch, likewise columns), which zeros
    /// surround. One block.
    void (*average_pool)(float *out, const float *patch, const esp_window *window, int padding, int h, int w);
    void (*average_pool_gradient)(float *dpatch, const esp_window *window, int padding, int h, int w, const float *dz);

    /// Adds the pixels of one block of one image to running moments by channel: two passes over the image, then Chan's
    /// merge in double. `before` values have been merged so far; m2 is the sum of squared deviations.
    void (*moments)(const float *z, int pixels, double before, double mean[16], double m2[16]);
    /// sum[c] += sum of dy; sum_x[c] += sum of dy * (z - mean) * inverse. One block of one image.
    void (*norm_sums)(const float *dy, const float *z, int pixels, const float *mean, const float *inverse,
                      double sum[16], double sum_x[16]);

    /// sum[c] += sum over the pixels of an h x w region whose rows lie `row` floats apart. One block.
    void (*region_sum)(const float *dz, int h, int w, int row, double sum[16]);
    /// sums[tap][16] = sum of the patch over all outputs' values at that tap. One block, stride 1.
    void (*window_sums)(float *sums, const float *patch, const esp_window *window);
    /// mean[c] over the pixels of one dense block.
    void (*pixel_mean)(float mean[16], const float *z, int pixels);
    /// Every pixel of a dense block = value.
    void (*fill)(float *z, int pixels, const float value[16]);

    /// a[i] += b[i].
    void (*add)(float *a, const float *b, size_t count);
    /// g = gradient + decay * w; m = momentum * m + g; w -= rate * m. NULL gradient is zero.
    void (*sgd)(float *w, float *m, const float *gradient, size_t count, float rate, float momentum, float decay);

    /// What the machine can do at most, for `espalier bench`. Multiply-adds on registers alone, in chains that do not
    /// wait for each other; `values` [16] keeps the compiler from leaving them out. Returns how many were executed.
    int64_t (*peak_multiply_adds)(float values[16], int64_t rounds);
    /// The sum of `count` floats, a multiple of 64. 4 bytes a float.
    float (*peak_read)(const float *x, size_t count);
    /// out[i] = x[i] * factor + y[i], `count` a multiple of 64. 12 bytes a float.
    void (*peak_triad)(float *out, const float *x, const float *y, size_t count, float factor);
} esp_kernels;

/// The table of a level, or NULL where this CPU (or this build) cannot run it: "v4" (AVX-512), "v3" (AVX2 + FMA),
/// "portable".
const esp_kernels *esp_kernels_for(const char *level);
/// The best level this CPU runs.
const esp_kernels *esp_kernels_best(void);

/// Weight packing. `w` is PyTorch's [cout][cin][k][k]; packed as `convolution` reads it, absent channels zero.
void esp_pack_convolution(float *packed, const float *w, int cout, int cin, int taps);
/// The weights of the data gradient: taps flipped, input and output channels exchanged: [ib][ob][tap][16 co][16 ci].
void esp_pack_convolution_gradient(float *packed, const float *w, int cout, int cin, int taps);
/// The weights `convolution_phases` reads: [tap][ib][ob][16 co][16 ci], taps in PyTorch's order.
void esp_pack_convolution_phases(float *packed, const float *w, int cout, int cin, int taps);
/// One block of either, packed [tap][16][16]: the weights from input block `ib` to output block `ob`, or, where `gradient`,
/// from output gradients back.
void esp_pack_convolution_block(float *packed, const float *w, int cout, int cin, int taps, int ob, int ib,
                                int gradient);
/// g [cout][cin][taps] += one block of packed gradient.
void esp_unpack_convolution_block(float *g, const float *packed, int cout, int cin, int taps, int ob, int ib);
/// g [cout][cin][taps] += packed gradient.
void esp_unpack_convolution(float *g, const float *packed, int cout, int cin, int taps);
/// PyTorch's [c][1][k][k] to [block][tap][16]; flipped for the data gradient where `flip`.
void esp_pack_depthwise(float *packed, const float *w, int channels, int taps, int flip);
void esp_unpack_depthwise(float *g, const float *packed, int channels, int taps);

/// One image of bytes (planes [c][h][w]) to blocks: cropped by (dy, dx) (output pixel (y, x) shows input (y + dy, x +
/// dx)), mirrored left-right where flip (after the crop), value * scale[c] + shift[c]; outside the image a byte of 0.
void esp_decode(float *out, const uint8_t *planes, int channels, int h, int w, int dy, int dx, int flip,
                const float *scale, const float *shift);

/// Softmax cross entropy of n rows of `classes` logits, rows `stride` floats apart. losses[i] = -log p(label);
/// correct[i] = 1 where the label's logit is the largest (the first of equals); dlogits (or NULL) = (p - onehot) *
/// scale.
void esp_softmax_cross_entropy(const float *logits, int n, int classes, int stride, const int32_t *labels, float scale,
                               float *dlogits, float *losses, uint8_t *correct);
#endif
