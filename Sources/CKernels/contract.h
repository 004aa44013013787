// Included by every kernel: a * b + c is two roundings unless FMA is asked for by name, so that the compiler's choices
// cannot change a result.
#ifndef ESPALIER_CONTRACT_H
#define ESPALIER_CONTRACT_H
#pragma clang fp contract(off)
#endif
