#include "CKernels.h"

#include <string.h>

#include "widest.h"

/* A block of channels; elements of arrays need not be aligned to it. */
enum { LANES = NOTCH_BLOCK };
typedef float reals __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t words __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1)));

/* a where the mask is set, else b. */
#define CHOOSE(mask, a, b) (((mask) & (words)(a)) | (~(mask) & (words)(b)))

WIDEST void notch_max_pool(
    const float *x, size_t planes, const notch_pool *p, int rectify, float *y, uint8_t *which) {
  const reals none = {0};
  const words nowhere = (words){0} + NOTCH_NOWHERE;
  for (size_t plane = 0; plane < planes; plane++) {
    const float *image = x + plane * p->rows * p->columns * LANES;
    for (size_t row = 0; row < p->out_rows; row++) {
      const float *top = image + row * p->row_stride * p->columns * LANES;
      for (size_t column = 0; column < p->out_columns; column++) {
        const float *corner = top + column * p->column_stride * LANES;
        reals best = *(const reals *)corner;
        words place = {0};
        int32_t number = 0;
        for (size_t i = 0; i < p->window_rows; i++) {
          for (size_t j = 0; j < p->window_columns; j++, number++) {
            reals v = *(const reals *)(corner + (i * p->columns + j) * LANES);
            /* What is no number wins, and stays. */
            words larger = (v > best) | (v != v);
            place = CHOOSE(larger, (words){0} + number, place);
            best = (reals)CHOOSE(larger, v, best);
          }
        }
        if (rectify) {
          place = CHOOSE(best > none, place, nowhere);
          best = (reals)CHOOSE(best < none, none, best);
        }
        *(reals *)y = best;
        y += LANES;
        if (which) {
          *(bytes *)which = __builtin_convertvector(place, bytes);
          which += LANES;
        }
      }
    }
  }
}

WIDEST void notch_max_pool_gradient(
    const float *g, const uint8_t *which, size_t planes, const notch_pool *p, float *dx) {
  size_t size = p->rows * p->columns * LANES;
  /* Windows that leave no gap write every element. */
  int covers = p->row_stride == p->window_rows && p->column_stride == p->window_columns
      && p->out_rows * p->row_stride == p->rows
      && p->out_columns * p->column_stride == p->columns;
  for (size_t plane = 0; plane < planes; plane++, dx += size) {
    if (!covers) memset(dx, 0, size * sizeof *dx);
    for (size_t row = 0; row < p->out_rows; row++) {
      float *top = dx + row * p->row_stride * p->columns * LANES;
      for (size_t column = 0; column < p->out_columns; column++, g += LANES, which += LANES) {
        float *corner = top + column * p->column_stride * LANES;
        words gradient = *(const words *)g;
        words place = __builtin_convertvector(*(const bytes *)which, words);
        int32_t number = 0;
        for (size_t i = 0; i < p->window_rows; i++)
          for (size_t j = 0; j < p->window_columns; j++, number++)
            *(words *)(corner + (i * p->columns + j) * LANES) = (place == number) & gradient;
      }
    }
  }
}
