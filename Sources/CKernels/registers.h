/* What kernels share that need 32 registers of 16 numbers: those of AVX-512. */
#ifndef NOTCH_REGISTERS_H
#define NOTCH_REGISTERS_H

#include <immintrin.h>

#include "CKernels.h"

#define TARGET __attribute__((target("avx512f")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

enum { LANES = NOTCH_BLOCK };
typedef __m512 reals;

#endif
