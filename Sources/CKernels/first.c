#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include "registers.h"

/* Where the tap of an element of the window lies, as seen from the window's corner. Each number of the
 * image serves several of them; with a stride of 1 the compiler sees which. */
INLINE size_t tap_of(const notch_first *f, int i, int u, int v, const int is_dense) {
  size_t row_stride = is_dense ? 1 : f->row_stride, column_stride = is_dense ? 1 : f->column_stride;
  return (i / 2 * row_stride + u) * f->wide_columns + i % 2 * column_stride + v;
}

INLINE size_t corner_of(const notch_first *f, size_t row, size_t column) {
  return row * f->pool_row_stride * f->row_stride * f->wide_columns
      + column * f->pool_column_stride * f->column_stride;
}

/* One block of filters over one image. */
INLINE void pooled_block(
    const float *x, const float *w, reals bias, const notch_first *f, int rectify, float *y,
    uint8_t *which, const size_t channels, const int side, const int is_dense) {
  size_t plane = f->wide_rows * f->wide_columns;
  const reals none = _mm512_setzero_ps();
  for (size_t row = 0; row < f->out_rows; row++) {
    for (size_t column = 0; column < f->out_columns; column++, y += LANES) {
      const float *corner = x + corner_of(f, row, column);
      reals sums[4] = {bias, bias, bias, bias};
      for (size_t c = 0; c < channels; c++) {
        UNROLL for (int u = 0; u < side; u++)
          UNROLL for (int v = 0; v < side; v++) {
            reals weight = _mm512_loadu_ps(w + ((c * side + u) * side + v) * LANES);
            UNROLL for (int i = 0; i < 4; i++) {
              reals number = _mm512_set1_ps(corner[c * plane + tap_of(f, i, u, v, is_dense)]);
              sums[i] = _mm512_fmadd_ps(weight, number, sums[i]);
            }
          }
      }
      reals best = sums[0];
      __m512i place = _mm512_setzero_si512();
      UNROLL for (int i = 1; i < 4; i++) {
        /* What is no number wins, and stays. */
        __mmask16 larger = _mm512_cmp_ps_mask(sums[i], best, _CMP_GT_OQ)
            | _mm512_cmp_ps_mask(sums[i], sums[i], _CMP_UNORD_Q);
        best = _mm512_mask_mov_ps(best, larger, sums[i]);
        place = _mm512_mask_mov_epi32(place, larger, _mm512_set1_epi32(i));
      }
      if (rectify) {
        __mmask16 stopped = _mm512_cmp_ps_mask(best, none, _CMP_NGT_UQ);
        place = _mm512_mask_mov_epi32(place, stopped, _mm512_set1_epi32(NOTCH_NOWHERE));
        best = _mm512_mask_mov_ps(best, _mm512_cmp_ps_mask(best, none, _CMP_LT_OQ), none);
      }
      _mm512_storeu_ps(y, best);
      if (which) {
        _mm_storeu_si128((__m128i *)which, _mm512_cvtepi32_epi8(place));
        which += LANES;
      }
    }
  }
}

/* The gradient of the weights of one block of filters and one channel, over one image. */
INLINE void weight_gradients(
    const float *g, const uint8_t *which, const float *x, const notch_first *f, float *dw,
    const int side, const int is_dense) {
  /* Two sums for each where there are registers enough: a product waits for the one before it. */
  const int ways = side == 3 ? 2 : 1, taps = side * side;
  reals sums[2 * side * side];
  UNROLL for (int t = 0; t < taps; t++) sums[t] = _mm512_loadu_ps(dw + t * LANES);
  UNROLL for (int t = taps; t < ways * taps; t++) sums[t] = _mm512_setzero_ps();
  for (size_t row = 0; row < f->out_rows; row++) {
    for (size_t column = 0; column < f->out_columns; column++, g += LANES, which += LANES) {
      const float *corner = x + corner_of(f, row, column);
      __m512i place = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)which));
      reals all = _mm512_loadu_ps(g);
      UNROLL for (int i = 0; i < 4; i++) {
        reals own = _mm512_maskz_mov_ps(_mm512_cmpeq_epi32_mask(place, _mm512_set1_epi32(i)), all);
        UNROLL for (int u = 0; u < side; u++)
          UNROLL for (int v = 0; v < side; v++) {
            reals number = _mm512_set1_ps(corner[tap_of(f, i, u, v, is_dense)]);
            reals *sum = sums + i % ways * taps + u * side + v;
            *sum = _mm512_fmadd_ps(own, number, *sum);
          }
      }
    }
  }
  UNROLL for (int t = 0; t < taps; t++)
    _mm512_storeu_ps(
        dw + t * LANES, ways == 2 ? _mm512_add_ps(sums[t], sums[taps + t]) : sums[t]);
}

INLINE reals bias_gradient(const float *g, const uint8_t *which, size_t outputs) {
  reals sum = _mm512_setzero_ps();
  for (size_t i = 0; i < outputs; i++, g += LANES, which += LANES) {
    __m512i place = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)which));
    __mmask16 passes = _mm512_cmpneq_epi32_mask(place, _mm512_set1_epi32(NOTCH_NOWHERE));
    sum = _mm512_mask_add_ps(sum, passes, sum, _mm512_loadu_ps(g));
  }
  return sum;
}

/* The image with its zeros: itself where it has none. `wide` holds zeros around. */
static const float *widened(const notch_first *f, const float *image, float *wide) {
  if (f->wide_rows == f->rows && f->wide_columns == f->columns) return image;
  for (size_t c = 0; c < f->channels; c++)
    for (size_t r = 0; r < f->rows; r++)
      memcpy(
          wide + ((c * f->wide_rows + r + f->top) * f->wide_columns + f->left),
          image + (c * f->rows + r) * f->columns, f->columns * sizeof *image);
  return wide;
}

TARGET void notch_first_pooled(
    const float *x, const float *w, const float *bias, size_t samples, const notch_first *f,
    int rectify, float *wide, float *y, uint8_t *which) {
  size_t outputs = f->out_rows * f->out_columns * LANES;
  size_t step = f->channels * f->side * f->side * LANES;
  int is_dense = f->row_stride == 1 && f->column_stride == 1;
  memset(wide, 0, f->channels * f->wide_rows * f->wide_columns * sizeof *wide);
  for (size_t n = 0; n < samples; n++, x += f->channels * f->rows * f->columns) {
    const float *image = widened(f, x, wide);
    for (size_t block = 0; block < f->filter_blocks; block++) {
      const float *weights = w + block * step;
      reals start = bias ? _mm512_loadu_ps(bias + block * LANES) : _mm512_setzero_ps();
      if (f->side == 3 && is_dense && f->channels == 1)
        pooled_block(image, weights, start, f, rectify, y, which, 1, 3, 1);
      else if (f->side == 3 && is_dense)
        pooled_block(image, weights, start, f, rectify, y, which, f->channels, 3, 1);
      else if (f->side == 3)
        pooled_block(image, weights, start, f, rectify, y, which, f->channels, 3, 0);
      else
        pooled_block(image, weights, start, f, rectify, y, which, f->channels, 5, 0);
      y += outputs;
      if (which) which += outputs;
    }
  }
}

TARGET void notch_first_gradients(
    const float *g, const uint8_t *which, const float *x, size_t samples, const notch_first *f,
    float *wide, float *dw, float *bias) {
  size_t outputs = f->out_rows * f->out_columns, taps = f->side * f->side * LANES;
  size_t plane = f->wide_rows * f->wide_columns;
  int is_dense = f->row_stride == 1 && f->column_stride == 1;
  memset(wide, 0, f->channels * plane * sizeof *wide);
  memset(dw, 0, f->filter_blocks * f->channels * taps * sizeof *dw);
  memset(bias, 0, f->filter_blocks * LANES * sizeof *bias);
  for (size_t n = 0; n < samples; n++, x += f->channels * f->rows * f->columns) {
    const float *image = widened(f, x, wide);
    for (size_t block = 0; block < f->filter_blocks; block++) {
      for (size_t c = 0; c < f->channels; c++) {
        float *own = dw + (block * f->channels + c) * taps;
        if (f->side == 3 && is_dense)
          weight_gradients(g, which, image + c * plane, f, own, 3, 1);
        else if (f->side == 3)
          weight_gradients(g, which, image + c * plane, f, own, 3, 0);
        else
          weight_gradients(g, which, image + c * plane, f, own, 5, 0);
      }
      _mm512_storeu_ps(
          bias + block * LANES, _mm512_add_ps(
                                    bias_gradient(g, which, outputs),
                                    _mm512_loadu_ps(bias + block * LANES)));
      g += outputs * LANES;
      which += outputs * LANES;
    }
  }
}

#else

void notch_first_pooled(
    const float *x, const float *w, const float *bias, size_t samples, const notch_first *f,
    int rectify, float *wide, float *y, uint8_t *which) {}
void notch_first_gradients(
    const float *g, const uint8_t *which, const float *x, size_t samples, const notch_first *f,
    float *wide, float *dw, float *bias) {}

#endif
