// All bodies and the table of one CPU level. A level file defines ESP_LEVEL, ESP_LEVEL_NAME, ESP_HAS_FMA and the tile
// sizes, then includes this inside its target attribute.
#include "lanes.h"

#include "load_store.h"

#include "convolution.h"
#include "convolution_phases.h"
#include "convolution_weights.h"
#include "depthwise.h"
#include "normalisation.h"
#include "average_pool.h"
#include "peaks.h"
#include "pooling.h"
#include "update.h"
#include "winograd_product.h"
#include "winograd.h"
#include "winograd_weights.h"
#include "window_sums.h"

const esp_kernels ESP_LEVEL = {
    .name = ESP_LEVEL_NAME,
    .load = load,
    .store = store,
    .convolution = convolution,
    .convolution_weights = convolution_weights,
    .convolution_phases = convolution_phases,
    .winograd = winograd,
    .winograd_weights = winograd_weights,
    .winograd_filter = winograd_filter,
    .winograd_filter_gradient = winograd_filter_gradient,
    .depthwise = depthwise,
    .depthwise_weights = depthwise_weights,
    .max_pool = max_pool,
    .max_pool_gradient = max_pool_gradient,
    .average_pool = average_pool,
    .average_pool_gradient = average_pool_gradient,
    .moments = moments,
    .norm_sums = norm_sums,
    .region_sum = region_sum,
    .window_sums = window_sums,
    .pixel_mean = pixel_mean,
    .fill = fill,
    .add = add,
    .sgd = sgd,
    .peak_multiply_adds = peak_multiply_adds,
    .peak_read = peak_read,
    .peak_triad = peak_triad,
};
