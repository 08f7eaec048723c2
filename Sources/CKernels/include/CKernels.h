/* Loops for which Swift has no instructions: products of single bits, pooling of blocked images,
 * codes of sums. */
#ifndef NOTCH_CKERNELS_H
#define NOTCH_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/* The ways to count bits; the best that the processor has is 2. */
enum notch_bit_way { NOTCH_BITS_PLAIN = 0, NOTCH_BITS_COUNT = 1, NOTCH_BITS_VECTOR = 2 };

/* The best way of this processor. */
int notch_bit_way(void);

/* Packs bytes that are 0 or 1 into words, the first in the lowest bit: each of `rows` rows of
 * `count` bytes takes (count + 31) / 32 words. */
void notch_pack_bits(const uint8_t *bytes, size_t rows, size_t count, uint32_t *words);

/* sums[r][k] = ones[k] - popcount(x[r] ^ w[k]), over `words` words each.
 *
 * x is [rows][words]; w is [words][stride], so that the words of neighbouring filters lie side by
 * side, with zeros from `filters` on; the stride is a multiple of 16. sums is [rows][filters].
 * Where bits of x are codes 0 and 1, bits of w are weights -1 and 1, and ones[k] counts the bits of
 * w[k], this is the sum of code times weight. A way that the processor lacks must not be asked for. */
void notch_xor_sums(
    const uint32_t *x, size_t rows, const uint32_t *w, const int32_t *ones, size_t words,
    size_t filters, size_t stride, int32_t *sums, int way);

/* codes = clamp(round(float(sums + offset) * multiplier), low, high) + zero point, rounded half to
 * even, for pixels of `channels` channels each; low and high are whole and lie in -2^22 ... 2^22. */
void notch_requantize(
    const int32_t *sums, size_t pixels, size_t channels, const int32_t *offsets,
    const float *multipliers, float low, float high, int32_t zero_point, uint8_t *codes);

/* Channels that lie side by side in a blocked image: [planes][rows][columns][NOTCH_BLOCK]. */
#define NOTCH_BLOCK 16
/* In place of an element's number where a ReLU stopped the whole window. */
#define NOTCH_NOWHERE 255

/* The geometry of a pooling without padding. */
typedef struct {
  size_t rows, columns, window_rows, window_columns, row_stride, column_stride;
  size_t out_rows, out_columns;
} notch_pool;

/* The largest sum of each window, the channels of a pixel side by side: [samples][rows][columns][C]. */
void notch_max_sums(
    const int32_t *sums, size_t samples, const notch_pool *pool, size_t channels,
    int32_t *largest);

/* For windows that do not overlap and have at most NOTCH_NOWHERE elements, and blocked images:
 * y is the largest element of each window, or 0 where that is negative and `rectify` is set;
 * `which`, if not NULL, gets its number in the window, the first of equals, or NOTCH_NOWHERE.
 * NaN is larger than all. */
void notch_max_pool(
    const float *x, size_t planes, const notch_pool *pool, int rectify, float *y, uint8_t *which);

/* dx is g where it came from, and 0 elsewhere. */
void notch_max_pool_gradient(
    const float *g, const uint8_t *which, size_t planes, const notch_pool *pool, float *dx);

#endif
