/* One face for oneDNN 2 and 3: layouts (memory descriptors) and operations (primitives).
 *
 * Everything here is immutable after it is made and may be used by several threads at once: an
 * operation takes its scratchpad from the caller. Functions that make something return NULL when
 * the library refuses; notch_dnn_reason() then says why, in the library's own words. */
#ifndef NOTCH_CONEDNN_H
#define NOTCH_CONEDNN_H

#include <stddef.h>
#include <stdint.h>

typedef struct notch_layout notch_layout;
typedef struct notch_op notch_op;

enum notch_type { NOTCH_F32 = 0, NOTCH_S32 = 1, NOTCH_S8 = 2, NOTCH_U8 = 3 };
enum notch_pool_kind { NOTCH_POOL_MAX = 0, NOTCH_POOL_AVERAGE = 1 };
enum notch_eltwise_kind {
  NOTCH_RELU = 0, NOTCH_EXP, NOTCH_LOG, NOTCH_TANH, NOTCH_LOGISTIC, NOTCH_SQRT
};

/* Roles of the memory that an operation is given; they name dnnl's execution arguments. */
enum notch_arg {
  NOTCH_SRC = 0, NOTCH_WEIGHTS, NOTCH_BIAS, NOTCH_DST, NOTCH_DIFF_SRC, NOTCH_DIFF_WEIGHTS,
  NOTCH_DIFF_BIAS, NOTCH_DIFF_DST, NOTCH_WORKSPACE, NOTCH_MEAN, NOTCH_VARIANCE, NOTCH_SCALE,
  NOTCH_SHIFT, NOTCH_DIFF_SCALE, NOTCH_DIFF_SHIFT, NOTCH_ARG_COUNT
};

/* The geometry of a convolution or pooling window, height then width. `dilation` counts what is
 * left out between neighbours of a kernel: 0 for a dense one; poolings have none. */
typedef struct {
  int64_t kernel[2], stride[2], dilation[2], padding_low[2], padding_high[2];
} notch_window;

/* Layouts ---------------------------------------------------------------------------------- */
notch_layout *notch_layout_plain(int rank, const int64_t *dims, int type);
notch_layout *notch_layout_strided(int rank, const int64_t *dims, const int64_t *strides, int type);
/* [N, C, H, W] with blocks of 16 channels side by side: [N][C / 16][H][W][16]. */
notch_layout *notch_layout_blocked(const int64_t dims[4], int type);
/* A layout that lets the operation choose. */
notch_layout *notch_layout_any(int rank, const int64_t *dims, int type);
/// Whether the bytes of an array lie alike in both; along an axis of size 1 any strides do.
int notch_layout_equal(const notch_layout *a, const notch_layout *b);
/// Whether they are equal in all that an operation sees, strides along axes of size 1 among it.
int notch_layout_same(const notch_layout *a, const notch_layout *b);
size_t notch_layout_bytes(const notch_layout *layout);
void notch_layout_free(notch_layout *layout);

/* Operations ------------------------------------------------------------------------------- */
/* relu != 0 fuses max(x, 0) behind the operation. bias may be NULL. */
notch_op *notch_conv_forward(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst, const notch_window *window, int relu);
notch_op *notch_conv_backward_data(const notch_layout *diff_src, const notch_layout *weights,
    const notch_layout *diff_dst, const notch_window *window);
notch_op *notch_conv_backward_weights(const notch_layout *src, const notch_layout *diff_weights,
    const notch_layout *diff_bias, const notch_layout *diff_dst, const notch_window *window);

notch_op *notch_pool_forward(int kind, const notch_layout *src, const notch_layout *dst,
    const notch_window *window, int training);
notch_op *notch_pool_backward(int kind, const notch_layout *diff_src, const notch_layout *diff_dst,
    const notch_layout *src, const notch_layout *dst, const notch_window *window);

notch_op *notch_inner_forward(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst, int relu);
notch_op *notch_inner_backward_data(const notch_layout *diff_src, const notch_layout *weights,
    const notch_layout *diff_dst);
notch_op *notch_inner_backward_weights(const notch_layout *src, const notch_layout *diff_weights,
    const notch_layout *diff_bias, const notch_layout *diff_dst);

/* Sums of products of whole numbers: u8 codes, s8 weights, s32 sums; no scale, no bias. */
notch_op *notch_conv_codes(const notch_layout *src, const notch_layout *weights,
    const notch_layout *dst, const notch_window *window);
notch_op *notch_inner_codes(
    const notch_layout *src, const notch_layout *weights, const notch_layout *dst);

notch_op *notch_matmul(const notch_layout *a, const notch_layout *b, const notch_layout *c);
notch_op *notch_eltwise(int kind, const notch_layout *layout);
notch_op *notch_reorder(const notch_layout *from, const notch_layout *to);

/* The layout that an operation wants for one of its arguments: a new one, or NULL if it has none. */
notch_layout *notch_op_layout(const notch_op *op, int arg);
size_t notch_op_scratch_bytes(const notch_op *op);
/* Runs the operation on `count` pairs of role and memory; 0 on success. */
int notch_op_run(const notch_op *op, int count, const int *args, void *const *memory, void *scratch);
void notch_op_free(notch_op *op);

/* The machine ------------------------------------------------------------------------------ */
/* Sets how many threads the library uses when the calling thread runs an operation. */
void notch_dnn_set_threads(int count);
int notch_dnn_threads(void);
/* Version of the library that is loaded: major * 10000 + minor * 100 + patch. */
int notch_dnn_version(void);
/* Why the last call of this thread was refused. */
const char *notch_dnn_reason(void);

#endif
