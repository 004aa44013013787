// The tables of the levels this build holds.
#ifndef ESPALIER_LEVELS_H
#define ESPALIER_LEVELS_H
#include "kernels.h"

extern const esp_kernels esp_level_portable;
#if defined(__x86_64__)
extern const esp_kernels esp_level_v3, esp_level_v4;
#endif
#endif
