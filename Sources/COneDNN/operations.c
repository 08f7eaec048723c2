/* One function for each operation; the two versions of the library side by side. */
#include "internal.h"

#define MD_OR_NULL(layout) ((layout) ? LAYOUT_MD(layout) : NULL)

/* Wraps the making of a description: attributes, the call, the primitive. */
#define MAKE(relu, hint_expression, call2, call3)                                              \
  dnnl_primitive_desc_t description = NULL, hint = (hint_expression);                          \
  dnnl_primitive_attr_t attr = notch_attributes(relu);                                         \
  if (!attr) return NULL;                                                                      \
  dnnl_engine_t engine = notch_engine();                                                       \
  int ok = engine != NULL;                                                                     \
  if (ok) { V2_OR_3(call2, call3) }                                                            \
  dnnl_primitive_attr_destroy(attr);                                                           \
  if (hint) dnnl_primitive_desc_destroy(hint);                                                 \
  return ok ? notch_op_of(description) : NULL;

#if DNNL_VERSION_MAJOR >= 3
#define V2_OR_3(call2, call3) ok = notch_ok(call3);
#else
#define V2_OR_3(call2, call3)                                                                  \
  ok = notch_ok(call2)                                                                         \
      && notch_ok(dnnl_primitive_desc_create(&description, &operation, attr, engine, hint));
#endif

#if DNNL_VERSION_MAJOR >= 3
static const int64_t no_dilation[2] = {0, 0};
#endif

/* The forward description that backward ones take as a hint; NULL when the library refuses. */
static dnnl_primitive_desc_t conv_hint(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst, const notch_window *w) {
  dnnl_primitive_desc_t hint = NULL;
#if DNNL_VERSION_MAJOR >= 3
  notch_ok(dnnl_convolution_forward_primitive_desc_create(&hint, notch_engine(),
      dnnl_forward_training, dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights),
      MD_OR_NULL(bias), LAYOUT_MD(dst), w->stride, w->dilation, w->padding_low, w->padding_high,
      NULL));
#else
  dnnl_convolution_desc_t operation;
  if (notch_ok(dnnl_dilated_convolution_forward_desc_init(&operation, dnnl_forward_training,
          dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias),
          LAYOUT_MD(dst), w->stride, w->dilation, w->padding_low, w->padding_high)))
    notch_ok(dnnl_primitive_desc_create(&hint, &operation, NULL, notch_engine(), NULL));
#endif
  return hint;
}

#if DNNL_VERSION_MAJOR < 3
#define OPERATION(type) type operation
#else
#define OPERATION(type)
#endif

notch_op *notch_conv_forward(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst, const notch_window *w, int relu) {
  OPERATION(dnnl_convolution_desc_t);
  MAKE(relu, NULL,
      dnnl_dilated_convolution_forward_desc_init(&operation, dnnl_forward_training,
          dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias),
          LAYOUT_MD(dst), w->stride, w->dilation, w->padding_low, w->padding_high),
      dnnl_convolution_forward_primitive_desc_create(&description, engine, dnnl_forward_training,
          dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias),
          LAYOUT_MD(dst), w->stride, w->dilation, w->padding_low, w->padding_high, attr))
}

notch_op *notch_conv_backward_data(const notch_layout *diff_src, const notch_layout *weights,
    const notch_layout *diff_dst, const notch_window *w) {
  OPERATION(dnnl_convolution_desc_t);
  MAKE(0, conv_hint(diff_src, weights, NULL, diff_dst, w),
      dnnl_dilated_convolution_backward_data_desc_init(&operation, dnnl_convolution_direct,
          LAYOUT_MD(diff_src), LAYOUT_MD(weights), LAYOUT_MD(diff_dst), w->stride, w->dilation,
          w->padding_low, w->padding_high),
      dnnl_convolution_backward_data_primitive_desc_create(&description, engine,
          dnnl_convolution_direct, LAYOUT_MD(diff_src), LAYOUT_MD(weights), LAYOUT_MD(diff_dst),
          w->stride, w->dilation, w->padding_low, w->padding_high, hint, attr))
}

notch_op *notch_conv_backward_weights(const notch_layout *src, const notch_layout *diff_weights,
    const notch_layout *diff_bias, const notch_layout *diff_dst, const notch_window *w) {
  OPERATION(dnnl_convolution_desc_t);
  MAKE(0, conv_hint(src, diff_weights, diff_bias, diff_dst, w),
      dnnl_dilated_convolution_backward_weights_desc_init(&operation, dnnl_convolution_direct,
          LAYOUT_MD(src), LAYOUT_MD(diff_weights), MD_OR_NULL(diff_bias), LAYOUT_MD(diff_dst),
          w->stride, w->dilation, w->padding_low, w->padding_high),
      dnnl_convolution_backward_weights_primitive_desc_create(&description, engine,
          dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(diff_weights),
          MD_OR_NULL(diff_bias), LAYOUT_MD(diff_dst), w->stride, w->dilation, w->padding_low,
          w->padding_high, hint, attr))
}

static dnnl_alg_kind_t pool_algorithm(int kind) {
  return kind == NOTCH_POOL_MAX ? dnnl_pooling_max : dnnl_pooling_avg_include_padding;
}

static dnnl_primitive_desc_t pool_hint(int kind, const notch_layout *src, const notch_layout *dst,
    const notch_window *w) {
  dnnl_primitive_desc_t hint = NULL;
#if DNNL_VERSION_MAJOR >= 3
  notch_ok(dnnl_pooling_forward_primitive_desc_create(&hint, notch_engine(),
      dnnl_forward_training, pool_algorithm(kind), LAYOUT_MD(src), LAYOUT_MD(dst), w->stride,
      w->kernel, no_dilation, w->padding_low, w->padding_high, NULL));
#else
  dnnl_pooling_desc_t operation;
  if (notch_ok(dnnl_pooling_forward_desc_init(&operation, dnnl_forward_training,
          pool_algorithm(kind), LAYOUT_MD(src), LAYOUT_MD(dst), w->stride, w->kernel,
          w->padding_low, w->padding_high)))
    notch_ok(dnnl_primitive_desc_create(&hint, &operation, NULL, notch_engine(), NULL));
#endif
  return hint;
}

notch_op *notch_pool_forward(int kind, const notch_layout *src, const notch_layout *dst,
    const notch_window *w, int training) {
  OPERATION(dnnl_pooling_desc_t);
  dnnl_prop_kind_t purpose = training ? dnnl_forward_training : dnnl_forward_inference;
  MAKE(0, NULL,
      dnnl_pooling_forward_desc_init(&operation, purpose, pool_algorithm(kind), LAYOUT_MD(src),
          LAYOUT_MD(dst), w->stride, w->kernel, w->padding_low, w->padding_high),
      dnnl_pooling_forward_primitive_desc_create(&description, engine, purpose,
          pool_algorithm(kind), LAYOUT_MD(src), LAYOUT_MD(dst), w->stride, w->kernel,
          no_dilation, w->padding_low, w->padding_high, attr))
}

notch_op *notch_pool_backward(int kind, const notch_layout *diff_src, const notch_layout *diff_dst,
    const notch_layout *src, const notch_layout *dst, const notch_window *w) {
  OPERATION(dnnl_pooling_desc_t);
  MAKE(0, pool_hint(kind, src, dst, w),
      dnnl_pooling_backward_desc_init(&operation, pool_algorithm(kind), LAYOUT_MD(diff_src),
          LAYOUT_MD(diff_dst), w->stride, w->kernel, w->padding_low, w->padding_high),
      dnnl_pooling_backward_primitive_desc_create(&description, engine, pool_algorithm(kind),
          LAYOUT_MD(diff_src), LAYOUT_MD(diff_dst), w->stride, w->kernel, no_dilation,
          w->padding_low, w->padding_high, hint, attr))
}

static dnnl_primitive_desc_t inner_hint(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst) {
  dnnl_primitive_desc_t hint = NULL;
#if DNNL_VERSION_MAJOR >= 3
  notch_ok(dnnl_inner_product_forward_primitive_desc_create(&hint, notch_engine(),
      dnnl_forward_training, LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias),
      LAYOUT_MD(dst), NULL));
#else
  dnnl_inner_product_desc_t operation;
  if (notch_ok(dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_training,
          LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias), LAYOUT_MD(dst))))
    notch_ok(dnnl_primitive_desc_create(&hint, &operation, NULL, notch_engine(), NULL));
#endif
  return hint;
}

notch_op *notch_inner_forward(const notch_layout *src, const notch_layout *weights,
    const notch_layout *bias, const notch_layout *dst, int relu) {
  OPERATION(dnnl_inner_product_desc_t);
  MAKE(relu, NULL,
      dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_training, LAYOUT_MD(src),
          LAYOUT_MD(weights), MD_OR_NULL(bias), LAYOUT_MD(dst)),
      dnnl_inner_product_forward_primitive_desc_create(&description, engine,
          dnnl_forward_training, LAYOUT_MD(src), LAYOUT_MD(weights), MD_OR_NULL(bias),
          LAYOUT_MD(dst), attr))
}

notch_op *notch_inner_backward_data(const notch_layout *diff_src, const notch_layout *weights,
    const notch_layout *diff_dst) {
  OPERATION(dnnl_inner_product_desc_t);
  MAKE(0, inner_hint(diff_src, weights, NULL, diff_dst),
      dnnl_inner_product_backward_data_desc_init(
          &operation, LAYOUT_MD(diff_src), LAYOUT_MD(weights), LAYOUT_MD(diff_dst)),
      dnnl_inner_product_backward_data_primitive_desc_create(&description, engine,
          LAYOUT_MD(diff_src), LAYOUT_MD(weights), LAYOUT_MD(diff_dst), hint, attr))
}

notch_op *notch_inner_backward_weights(const notch_layout *src, const notch_layout *diff_weights,
    const notch_layout *diff_bias, const notch_layout *diff_dst) {
  OPERATION(dnnl_inner_product_desc_t);
  MAKE(0, inner_hint(src, diff_weights, diff_bias, diff_dst),
      dnnl_inner_product_backward_weights_desc_init(&operation, LAYOUT_MD(src),
          LAYOUT_MD(diff_weights), MD_OR_NULL(diff_bias), LAYOUT_MD(diff_dst)),
      dnnl_inner_product_backward_weights_primitive_desc_create(&description, engine,
          LAYOUT_MD(src), LAYOUT_MD(diff_weights), MD_OR_NULL(diff_bias), LAYOUT_MD(diff_dst),
          hint, attr))
}

notch_op *notch_conv_codes(const notch_layout *src, const notch_layout *weights,
    const notch_layout *dst, const notch_window *w) {
  OPERATION(dnnl_convolution_desc_t);
  MAKE(0, NULL,
      dnnl_dilated_convolution_forward_desc_init(&operation, dnnl_forward_inference,
          dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights), NULL, LAYOUT_MD(dst),
          w->stride, w->dilation, w->padding_low, w->padding_high),
      dnnl_convolution_forward_primitive_desc_create(&description, engine,
          dnnl_forward_inference, dnnl_convolution_direct, LAYOUT_MD(src), LAYOUT_MD(weights),
          NULL, LAYOUT_MD(dst), w->stride, w->dilation, w->padding_low, w->padding_high, attr))
}

notch_op *notch_inner_codes(
    const notch_layout *src, const notch_layout *weights, const notch_layout *dst) {
  OPERATION(dnnl_inner_product_desc_t);
  MAKE(0, NULL,
      dnnl_inner_product_forward_desc_init(&operation, dnnl_forward_inference, LAYOUT_MD(src),
          LAYOUT_MD(weights), NULL, LAYOUT_MD(dst)),
      dnnl_inner_product_forward_primitive_desc_create(&description, engine,
          dnnl_forward_inference, LAYOUT_MD(src), LAYOUT_MD(weights), NULL, LAYOUT_MD(dst), attr))
}

notch_op *notch_matmul(const notch_layout *a, const notch_layout *b, const notch_layout *c) {
  OPERATION(dnnl_matmul_desc_t);
  MAKE(0, NULL,
      dnnl_matmul_desc_init(&operation, LAYOUT_MD(a), LAYOUT_MD(b), NULL, LAYOUT_MD(c)),
      dnnl_matmul_primitive_desc_create(
          &description, engine, LAYOUT_MD(a), LAYOUT_MD(b), NULL, LAYOUT_MD(c), attr))
}

notch_op *notch_eltwise(int kind, const notch_layout *layout) {
  static const dnnl_alg_kind_t algorithms[] = {
    dnnl_eltwise_relu, dnnl_eltwise_exp, dnnl_eltwise_log, dnnl_eltwise_tanh,
    dnnl_eltwise_logistic, dnnl_eltwise_sqrt,
  };
  OPERATION(dnnl_eltwise_desc_t);
  MAKE(0, NULL,
      dnnl_eltwise_forward_desc_init(&operation, dnnl_forward_inference, algorithms[kind],
          LAYOUT_MD(layout), 0, 0),
      dnnl_eltwise_forward_primitive_desc_create(&description, engine, dnnl_forward_inference,
          algorithms[kind], LAYOUT_MD(layout), LAYOUT_MD(layout), 0, 0, attr))
}

notch_op *notch_reorder(const notch_layout *from, const notch_layout *to) {
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_attr_t attr = notch_attributes(0);
  dnnl_engine_t engine = notch_engine();
  if (!attr || !engine) return NULL;
  int ok = notch_ok(dnnl_reorder_primitive_desc_create(
      &description, LAYOUT_MD(from), engine, LAYOUT_MD(to), engine, attr));
  dnnl_primitive_attr_destroy(attr);
  return ok ? notch_op_of(description) : NULL;
}
