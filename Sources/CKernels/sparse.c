#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include "registers.h"

int notch_has_wide(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") != 0;
}

/* The elements of a gradient of one filter that are not 0: where the corner of each one's window lies
 * in the image with its zeros, as a distance in numbers, and where its value lies. */
typedef struct {
  const uint32_t *corners, *places;
  size_t count;
  const float *g;
} list;

/* The lists of an image, with room for 16 more behind the last of each filter. */
typedef struct {
  uint32_t *corners, *places, *counts;
  size_t room;
} lists;

INLINE list list_of(const lists *l, size_t filter, const float *g, size_t outputs) {
  return (list){
      l->corners + filter * l->room, l->places + filter * l->room, l->counts[filter],
      g + filter / LANES * LANES * outputs + filter % LANES};
}

/* Lists where the ReLU's output y is above 0, 16 elements of 16 filters at a time; adds those of g to
 * the bias. `windows` has the corner of each element. */
TARGET static void list_rectified(
    const float *g, const float *y, const notch_sparse *s, const uint32_t *windows, lists *l,
    float *bias) {
  size_t outputs = s->out_rows * s->out_columns;
  const reals none = _mm512_setzero_ps();
  const __m512i steps = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (size_t block = 0; block < s->filter_blocks; block++) {
    uint32_t *corners = l->corners + block * LANES * l->room;
    uint32_t *places = l->places + block * LANES * l->room;
    uint32_t *counts = l->counts + block * LANES;
    memset(counts, 0, LANES * sizeof *counts);
    reals sum = none;
    for (size_t first = 0; first < outputs; first += 16) {
      size_t some = outputs - first < 16 ? outputs - first : 16;
      /* Bit k of word p: whether element p passes in filter k. */
      uint32_t words[16] = {0};
      for (size_t p = 0; p < some; p++, g += LANES, y += LANES) {
        __mmask16 passes = _mm512_cmp_ps_mask(_mm512_loadu_ps(y), none, _CMP_GT_OQ);
        sum = _mm512_mask_add_ps(sum, passes, sum, _mm512_loadu_ps(g));
        words[p] = passes;
      }
      __m512i passing = _mm512_loadu_si512(words);
      __m512i own = _mm512_loadu_si512(windows + first);
      __m512i place = _mm512_slli_epi32(
          _mm512_add_epi32(_mm512_set1_epi32((int)first), steps), 4);
      for (size_t k = 0; k < LANES; k++) {
        __mmask16 mask = _mm512_test_epi32_mask(passing, _mm512_set1_epi32(1 << k));
        size_t at = k * l->room + counts[k];
        _mm512_storeu_si512(corners + at, _mm512_maskz_compress_epi32(mask, own));
        _mm512_storeu_si512(places + at, _mm512_maskz_compress_epi32(mask, place));
        counts[k] += (uint32_t)__builtin_popcount(mask);
      }
    }
    _mm512_storeu_ps(
        bias + block * LANES, _mm512_add_ps(sum, _mm512_loadu_ps(bias + block * LANES)));
  }
}

/* The same behind a max pooling, where the gradient goes to one element of each window. */
TARGET static void list_pooled(
    const float *g, const uint8_t *which, const notch_sparse *s, const notch_pool *p, lists *l,
    float *bias) {
  size_t outputs = p->out_rows * p->out_columns;
  for (size_t filter = 0; filter < s->filter_blocks * LANES; filter++) {
    uint32_t *corners = l->corners + filter * l->room, *places = l->places + filter * l->room;
    size_t first = filter / LANES * LANES * outputs + filter % LANES, count = 0;
    float sum = 0;
    for (size_t row = 0, i = 0; row < p->out_rows; row++) {
      for (size_t column = 0; column < p->out_columns; column++, i += LANES) {
        size_t place = which[first + i], passes = place != NOTCH_NOWHERE;
        size_t from_top = row * p->row_stride + place / p->window_columns;
        size_t from_left = column * p->column_stride + place % p->window_columns;
        corners[count] = (uint32_t)(
            (from_top * s->row_stride * s->wide_columns + from_left * s->column_stride) * LANES);
        places[count] = (uint32_t)i;
        sum += passes ? g[first + i] : 0;
        count += passes;
      }
    }
    l->counts[filter] = (uint32_t)count;
    bias[filter] += sum;
  }
}

/* dw += g x for `rows` rows of `columns` neighbours in `blocks` blocks of channels, all in registers. */
INLINE void gather(
    list e, const float *x, size_t row_step, size_t block_step, float *dw,
    size_t weight_step, const int rows, const int columns, const int blocks) {
  reals sum[rows * columns * blocks];
  UNROLL for (int b = 0; b < blocks; b++)
    UNROLL for (int t = 0; t < rows * columns; t++)
      sum[b * rows * columns + t] = _mm512_loadu_ps(dw + b * weight_step + t * LANES);
  for (size_t i = 0; i < e.count; i++) {
    const float *corner = x + e.corners[i];
    reals g = _mm512_set1_ps(e.g[e.places[i]]);
    UNROLL for (int b = 0; b < blocks; b++)
      UNROLL for (int u = 0; u < rows; u++)
        UNROLL for (int v = 0; v < columns; v++) {
          reals *own = sum + (b * rows + u) * columns + v;
          *own = _mm512_fmadd_ps(
              g, _mm512_loadu_ps(corner + b * block_step + u * row_step + v * LANES), *own);
        }
  }
  UNROLL for (int b = 0; b < blocks; b++)
    UNROLL for (int t = 0; t < rows * columns; t++)
      _mm512_storeu_ps(dw + b * weight_step + t * LANES, sum[b * rows * columns + t]);
}

/* The gradients of the weights of two blocks of channels, or the last one, from the lists of an image. */
INLINE void gather_blocks(
    const lists *l, const float *g, size_t outputs, const notch_sparse *s, const float *x, float *dw,
    size_t first, const int rows, const int columns, const int blocks) {
  size_t filters = s->filter_blocks * LANES, taps = s->kernel_rows * s->kernel_columns;
  size_t plane = s->wide_rows * s->wide_columns * LANES, row_step = s->wide_columns * LANES;
  for (size_t top = 0; top < s->kernel_rows; top += rows)
    for (size_t k = 0; k < filters; k++)
      gather(
          list_of(l, k, g, outputs), x + first * plane + top * row_step, row_step, plane,
          dw + ((k * s->blocks + first) * taps + top * columns) * LANES, taps * LANES, rows,
          columns, blocks);
}

INLINE void gather_image(
    const lists *l, const float *g, size_t outputs, const notch_sparse *s, const float *x, float *dw,
    const int rows, const int columns) {
  size_t b = 0;
  for (; b + 2 <= s->blocks; b += 2)
    gather_blocks(l, g, outputs, s, x, dw, b, rows, columns, 2);
  if (b < s->blocks) gather_blocks(l, g, outputs, s, x, dw, b, rows, columns, 1);
}

/* Filters whose weights for a block of channels lie in the first-level cache together, in blocks. */
#define FILTERS_AT_ONCE(side) ((side) == 3 ? 4 : 1)

/* Adds g w of one output pixel to a block of channels of the input's gradient: the sums of its taps over
 * some blocks of filters stay in registers. `passes` has a mask for each of these blocks, g and w those
 * of the first. */
INLINE void scatter_pixel(
    const __mmask16 *passes, size_t filter_blocks, const float *g, size_t g_step, const float *w,
    size_t filter_step, float *dx, size_t row_step, const int side) {
  const __m512i steps = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  uint32_t offsets[(FILTERS_AT_ONCE(3) + 1) * LANES];
  float values[(FILTERS_AT_ONCE(3) + 1) * LANES];
  size_t count = 0;
  __m512i offset = _mm512_mullo_epi32(steps, _mm512_set1_epi32((int)filter_step));
  for (size_t block = 0; block < filter_blocks; block++) {
    __mmask16 mask = passes[block];
    _mm512_storeu_si512(offsets + count, _mm512_maskz_compress_epi32(mask, offset));
    _mm512_storeu_ps(
        values + count, _mm512_maskz_compress_ps(mask, _mm512_loadu_ps(g + block * g_step)));
    count += (size_t)__builtin_popcount(mask);
    offset = _mm512_add_epi32(offset, _mm512_set1_epi32((int)(LANES * filter_step)));
  }
  if (count == 0) return;
  reals sums[side * side];
  UNROLL for (int t = 0; t < side * side; t++) sums[t] = _mm512_setzero_ps();
  for (size_t i = 0; i < count; i++) {
    const float *weights = w + offsets[i];
    reals value = _mm512_set1_ps(values[i]);
    UNROLL for (int t = 0; t < side * side; t++)
      sums[t] = _mm512_fmadd_ps(value, _mm512_loadu_ps(weights + t * LANES), sums[t]);
  }
  UNROLL for (int u = 0; u < side; u++)
    UNROLL for (int v = 0; v < side; v++) {
      float *own = dx + u * row_step + v * LANES;
      _mm512_storeu_ps(own, _mm512_add_ps(sums[u * side + v], _mm512_loadu_ps(own)));
    }
}

/* The gradient of the input of one image. */
INLINE void scatter_image(
    const float *g, const float *y, const uint8_t *which, const notch_pool *p,
    const notch_sparse *s, const float *w, float *dx, const int side) {
  const size_t most = FILTERS_AT_ONCE(side);
  size_t plane = s->wide_rows * s->wide_columns * LANES, row_step = s->wide_columns * LANES;
  size_t taps = s->kernel_rows * s->kernel_columns, filter_step = s->blocks * taps * LANES;
  size_t out_rows = which ? p->out_rows : s->out_rows;
  size_t out_columns = which ? p->out_columns : s->out_columns;
  size_t pixels = out_rows * out_columns, g_step = pixels * LANES;
  int window = which ? (int)(p->window_rows * p->window_columns) : 1;
  for (size_t b = 0; b < s->blocks; b++, dx += plane) {
    for (size_t first = 0; first < s->filter_blocks; first += most) {
      size_t some = s->filter_blocks - first < most ? s->filter_blocks - first : most;
      const float *weights = w + first * LANES * filter_step + b * taps * LANES;
      for (size_t pixel = 0; pixel < pixels; pixel++) {
        size_t at = (first * pixels + pixel) * LANES;
        size_t row = pixel / out_columns, column = pixel % out_columns;
        for (int place = 0; place < window; place++) {
          __mmask16 passes[FILTERS_AT_ONCE(3)];
          for (size_t k = 0; k < some; k++) {
            size_t own = at + k * g_step;
            passes[k] = which
                ? _mm512_cmpeq_epi32_mask(
                      _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(which + own))),
                      _mm512_set1_epi32(place))
                : _mm512_cmp_ps_mask(_mm512_loadu_ps(y + own), _mm512_setzero_ps(), _CMP_GT_OQ);
          }
          size_t from_top = row, from_left = column;
          if (which) {
            from_top = row * p->row_stride + (size_t)place / p->window_columns;
            from_left = column * p->column_stride + (size_t)place % p->window_columns;
          }
          size_t corner =
              from_top * s->row_stride * s->wide_columns + from_left * s->column_stride;
          scatter_pixel(
              passes, some, g + at, g_step, weights, filter_step, dx + corner * LANES, row_step,
              side);
        }
      }
    }
  }
}

/* Copies the rows of all blocks between an image and the image with its zeros. */
static void copy_rows(const notch_sparse *s, const float *narrow, float *wide, float *back) {
  for (size_t b = 0; b < s->blocks; b++)
    for (size_t r = 0; r < s->rows; r++) {
      size_t inner = ((b * s->wide_rows + r + s->top) * s->wide_columns + s->left) * LANES;
      size_t outer = (b * s->rows + r) * s->columns * LANES, bytes = s->columns * LANES * 4;
      if (back)
        memcpy(back + outer, wide + inner, bytes);
      else
        memcpy(wide + inner, narrow + outer, bytes);
    }
}

/* Elements of an image's gradient that one filter can have. */
static size_t room(const notch_sparse *s) { return s->out_rows * s->out_columns + 16; }

size_t notch_sparse_scratch(const notch_sparse *s) {
  size_t filters = s->filter_blocks * LANES;
  size_t wide = s->blocks * s->wide_rows * s->wide_columns * LANES;
  return 4 * ((2 * filters + 1) * room(s) + filters + 2 * wide);
}

TARGET void notch_sparse_gradients(
    const float *g, const float *y, const uint8_t *which, const notch_pool *pool, const float *x,
    const float *w, size_t samples, const notch_sparse *s, void *scratch, float *dw, float *bias,
    float *dx) {
  size_t filters = s->filter_blocks * LANES;
  size_t size = s->out_rows * s->out_columns;
  size_t outputs = which ? pool->out_rows * pool->out_columns : size;
  size_t image = s->blocks * s->rows * s->columns * LANES;
  size_t wide = s->blocks * s->wide_rows * s->wide_columns * LANES;
  int is_padded = wide != image;
  float *wide_x = scratch, *wide_dx = wide_x + wide;
  lists l = {.corners = (uint32_t *)(wide_dx + wide), .room = room(s)};
  l.places = l.corners + filters * l.room;
  l.counts = l.places + filters * l.room;
  uint32_t *windows = l.counts + filters;
  for (size_t row = 0, i = 0; row < s->out_rows; row++)
    for (size_t column = 0; column < s->out_columns; column++, i++)
      windows[i] = (uint32_t)(
          (row * s->row_stride * s->wide_columns + column * s->column_stride) * LANES);
  if (dw) memset(dw, 0, filters * s->blocks * s->kernel_rows * s->kernel_columns * LANES * 4);
  memset(bias, 0, filters * sizeof *bias);
  if (is_padded) memset(wide_x, 0, wide * sizeof *wide_x);
  for (size_t n = 0; n < samples; n++) {
    if (which)
      list_pooled(g, which + n * filters * outputs, s, pool, &l, bias);
    else
      list_rectified(g, y + n * filters * outputs, s, windows, &l, bias);
    const float *from = x + n * image;
    float *into = dx ? dx + n * image : NULL;
    if (is_padded) {
      copy_rows(s, from, wide_x, NULL);
      from = wide_x;
      if (dx) into = wide_dx;
    }
    if (dw && s->kernel_columns == 3)
      gather_image(&l, g, outputs, s, from, dw, 3, 3);
    else if (dw)
      gather_image(&l, g, outputs, s, from, dw, 1, 5);
    if (dx) {
      const uint8_t *places = which ? which + n * filters * outputs : NULL;
      const float *output = which ? NULL : y + n * filters * outputs;
      memset(into, 0, wide * sizeof *into);
      if (s->kernel_columns == 3)
        scatter_image(g, output, places, pool, s, w, into, 3);
      else
        scatter_image(g, output, places, pool, s, w, into, 5);
    }
    if (dx && is_padded) copy_rows(s, NULL, wide_dx, dx + n * image);
    g += filters * outputs;
  }
}

#else

int notch_has_wide(void) { return 0; }
size_t notch_sparse_scratch(const notch_sparse *s) { return 0; }
void notch_sparse_gradients(
    const float *g, const float *y, const uint8_t *which, const notch_pool *pool, const float *x,
    const float *w, size_t samples, const notch_sparse *s, void *scratch, float *dw, float *bias,
    float *dx) {}

#endif
