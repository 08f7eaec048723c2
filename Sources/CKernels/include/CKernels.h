/* Loops for which Swift has no instructions: products of single bits, pooling of blocked images,
 * codes of sums, steps of Adam. */
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

/* The geometry of a convolution of blocked images: [blocks][rows][columns][NOTCH_BLOCK] in,
 * [filter_blocks][out_rows][out_columns][NOTCH_BLOCK] out, kernels of 3 x 3 or 5 x 5. */
typedef struct {
  size_t blocks, rows, columns;
  /* Rows and columns of zeros before the image, and its size with those around it. */
  size_t top, left, wide_rows, wide_columns;
  size_t filter_blocks, out_rows, out_columns, row_stride, column_stride;
  size_t kernel_rows, kernel_columns;
} notch_sparse;

/* Whether the processor has the registers for the functions below. */
int notch_has_wide(void);

/* Bytes of memory that notch_sparse_gradients needs for itself. */
size_t notch_sparse_scratch(const notch_sparse *geometry);

/* The gradients of a convolution, given that of its output, most of which is 0.
 *
 * Either a ReLU lies behind the convolution, and g counts where its output y is above 0; or a max
 * pooling, and g counts for the element `which` of each window, as notch_max_pool wrote it. Weights w
 * and dw lie as [filters][blocks][kernel rows][kernel columns][NOTCH_BLOCK]. dw and dx may be NULL. */
void notch_sparse_gradients(
    const float *g, const float *y, const uint8_t *which, const notch_pool *pool, const float *x,
    const float *w, size_t samples, const notch_sparse *geometry, void *scratch, float *dw,
    float *bias, float *dx);

/* The geometry of a convolution of plain images of few channels, with kernels of 3 x 3 or 5 x 5, and
 * a max pooling behind it over windows of 2 x 2 that do not overlap. */
typedef struct {
  size_t channels, rows, columns;
  /* Rows and columns of zeros before the image, and its size with those around it. */
  size_t top, left, wide_rows, wide_columns;
  size_t filter_blocks, side, row_stride, column_stride;
  /* Strides and sizes of the pooled images. */
  size_t pool_row_stride, pool_column_stride, out_rows, out_columns;
} notch_first;

/* y is the pooled convolution, blocked, and `which` as notch_max_pool writes it; the convolution
 * itself is never written. w lies as [filter_blocks][channels][side][side][NOTCH_BLOCK]; bias and
 * `which` may be NULL; `wide` is memory for an image with its zeros. */
void notch_first_pooled(
    const float *x, const float *w, const float *bias, size_t samples, const notch_first *geometry,
    int rectify, float *wide, float *y, uint8_t *which);

/* The gradients of its weights and bias from that of y. */
void notch_first_gradients(
    const float *g, const uint8_t *which, const float *x, size_t samples,
    const notch_first *geometry, float *wide, float *dw, float *bias);

/* The numbers of one step of Adam: the shares of the old moments and of the gradient, the rate by
 * 1 - beta1^t, 1 / sqrt(1 - beta2^t), and epsilon. */
typedef struct {
  float beta1, share1, beta2, share2, rate, root, epsilon;
} notch_adam_step;

/* m = beta1 m + share1 g, v = beta2 v + share2 g g, w -= rate m / (sqrt(v) root + epsilon); moments
 * below 2^-100 become 0. */
void notch_adam(
    const float *g, size_t count, const notch_adam_step *step, float *m, float *v, float *w);

#endif
