#include "CKernels.h"
#include "widest.h"

/* A product that is rounded, and then a sum that is rounded: never both at once. */
#pragma STDC FP_CONTRACT OFF

WIDEST void notch_requantize(
    const int32_t *restrict sums, size_t pixels, size_t channels, const int32_t *restrict offsets,
    const float *restrict multipliers, float low, float high, int32_t zero_point,
    uint8_t *restrict codes) {
  /* Adding 1.5 * 2^23 rounds a float below 2^22 to a whole number, half to even: the low bits of
   * the sum are that number. The bounds are whole, so clamping first gives what clamping after
   * rounding gives. */
  const float magic = 0x1.8p23f;
  const union { float real; uint32_t bits; } pattern = {magic};
  for (size_t pixel = 0; pixel < pixels; pixel++, sums += channels, codes += channels) {
    for (size_t c = 0; c < channels; c++) {
      /* Wraps around, as the sums do. */
      int32_t sum = (int32_t)((uint32_t)sums[c] + (uint32_t)offsets[c]);
      float real = (float)sum * multipliers[c];
      float bounded = real < low ? low : real > high ? high : real;
      union { float real; uint32_t bits; } whole = {bounded + magic};
      codes[c] = (uint8_t)(whole.bits - pattern.bits + (uint32_t)zero_point);
    }
  }
}

WIDEST void notch_max_sums(
    const int32_t *restrict sums, size_t samples, const notch_pool *p, size_t channels,
    int32_t *restrict largest) {
  for (size_t sample = 0; sample < samples; sample++, sums += p->rows * p->columns * channels) {
    for (size_t row = 0; row < p->out_rows; row++) {
      for (size_t column = 0; column < p->out_columns; column++, largest += channels) {
        const int32_t *corner =
            sums + (row * p->row_stride * p->columns + column * p->column_stride) * channels;
        for (size_t c = 0; c < channels; c++) largest[c] = corner[c];
        for (size_t i = 0; i < p->window_rows; i++) {
          for (size_t j = 0; j < p->window_columns; j++) {
            const int32_t *v = corner + (i * p->columns + j) * channels;
            for (size_t c = 0; c < channels; c++)
              largest[c] = v[c] > largest[c] ? v[c] : largest[c];
          }
        }
      }
    }
  }
}
