// Which level this CPU runs.
#include <string.h>

#include "levels.h"

const esp_kernels *esp_kernels_for(const char *level) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!strcmp(level, "v4"))
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")
                   ? &esp_level_v4
                   : NULL;
    if (!strcmp(level, "v3"))
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2")
                   ? &esp_level_v3
                   : NULL;
#endif
    return strcmp(level, "portable") ? NULL : &esp_level_portable;
}

const esp_kernels *esp_kernels_best(void) {
    const esp_kernels *found = esp_kernels_for("v4");
    if (!found) found = esp_kernels_for("v3");
    return found ? found : esp_kernels_for("portable");
}
