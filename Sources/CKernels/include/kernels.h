#ifndef ESPALIER_KERNELS_H
#define ESPALIER_KERNELS_H
#include <stdint.h>
#include <stddef.h>
#endif
