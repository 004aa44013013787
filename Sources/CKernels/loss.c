// Softmax cross entropy, row by row.
#include <math.h>

#include "contract.h"
#include "kernels.h"

/// losses[i] = log(sum over j of exp(logit[j] - largest)) - (logit[label] - largest): no exponential overflows, and the
/// sum is at least 1, so the logarithm is finite.
/// Cost: n * classes exponentials, twice that with dlogits.
void esp_softmax_cross_entropy(const float *logits, int n, int classes, int stride, const int32_t *labels, float scale,
                               float *dlogits, float *losses, uint8_t *correct) {
    for (int i = 0; i < n; i++) {
        const float *row = logits + (size_t)i * stride;
        int best = 0;
        for (int j = 1; j < classes; j++)
            if (row[j] > row[best]) best = j;
        float sum = 0;
        for (int j = 0; j < classes; j++) sum += expf(row[j] - row[best]);
        losses[i] = logf(sum) - (row[labels[i]] - row[best]);
        correct[i] = labels[i] == best;
        if (!dlogits) continue;
        for (int j = 0; j < classes; j++)
            dlogits[(size_t)i * stride + j] =
                (expf(row[j] - row[best]) / sum - (j == labels[i] ? 1.0f : 0.0f)) * scale;
    }
}
