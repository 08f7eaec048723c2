#include "CKernels.h"
#include "widest.h"

/* A product that is rounded, and then a sum that is rounded: never both at once. */
#pragma STDC FP_CONTRACT OFF

WIDEST void notch_adam(
    const float *restrict g, size_t count, const notch_adam_step *step, float *restrict m,
    float *restrict v, float *restrict w) {
  const notch_adam_step s = *step;
  /* A moment whose gradient stays 0 shrinks with each step, and would end as a subnormal number, of
   * which a processor computes a hundred times slower. */
  const float nothing = 0x1p-100f;
  for (size_t i = 0; i < count; i++) {
    float mean = s.beta1 * m[i] + s.share1 * g[i];
    float square = s.beta2 * v[i] + s.share2 * g[i] * g[i];
    m[i] = __builtin_fabsf(mean) < nothing ? 0 : mean;
    v[i] = __builtin_fabsf(square) < nothing ? 0 : square;
    w[i] -= s.rate * m[i] / (__builtin_elementwise_sqrt(v[i]) * s.root + s.epsilon);
  }
}
