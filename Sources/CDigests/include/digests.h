#ifndef ESPALIER_DIGESTS_H
#define ESPALIER_DIGESTS_H
#include <stdint.h>
#include <stddef.h>
#endif
