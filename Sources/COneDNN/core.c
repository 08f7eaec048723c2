/* Layouts, running, and the machine. */
#include <pthread.h>
#include <string.h>

#include "internal.h"

static _Thread_local dnnl_status_t last_status = dnnl_success;
static dnnl_engine_t engine = NULL;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;

static void make_engine(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
  dnnl_set_primitive_cache_capacity(0); /* we keep operations ourselves, by shape */
}

dnnl_engine_t notch_engine(void) {
  pthread_once(&engine_once, make_engine);
  return engine;
}

int notch_ok(dnnl_status_t status) {
  last_status = status;
  return status == dnnl_success;
}

const char *notch_dnn_reason(void) {
  switch (last_status) {
    case dnnl_success: return "no error";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented on this machine";
    default: return "runtime error";
  }
}

static dnnl_data_type_t data_type(int type) {
  switch (type) {
    case NOTCH_S32: return dnnl_s32;
    case NOTCH_S8: return dnnl_s8;
    case NOTCH_U8: return dnnl_u8;
    default: return dnnl_f32;
  }
}

#if DNNL_VERSION_MAJOR >= 3
static notch_layout *wrap(dnnl_memory_desc_t md) {
  notch_layout *layout = malloc(sizeof *layout);
  if (layout) layout->md = md; else dnnl_memory_desc_destroy(md);
  return layout;
}

notch_layout *notch_layout_copy(notch_md md) {
  dnnl_memory_desc_t copy = NULL;
  return notch_ok(dnnl_memory_desc_clone(&copy, md)) ? wrap(copy) : NULL;
}

notch_layout *notch_layout_strided(
    int rank, const int64_t *dims, const int64_t *strides, int type) {
  dnnl_memory_desc_t md = NULL;
  return notch_ok(dnnl_memory_desc_create_with_strides(&md, rank, dims, data_type(type), strides))
      ? wrap(md) : NULL;
}

notch_layout *notch_layout_any(int rank, const int64_t *dims, int type) {
  dnnl_memory_desc_t md = NULL;
  return notch_ok(
      dnnl_memory_desc_create_with_tag(&md, rank, dims, data_type(type), dnnl_format_tag_any))
      ? wrap(md) : NULL;
}

notch_layout *notch_layout_blocked(const int64_t dims[4], int type) {
  dnnl_memory_desc_t md = NULL;
  return notch_ok(
      dnnl_memory_desc_create_with_tag(&md, 4, dims, data_type(type), dnnl_aBcd16b))
      ? wrap(md) : NULL;
}

void notch_layout_free(notch_layout *layout) {
  if (!layout) return;
  dnnl_memory_desc_destroy(layout->md);
  free(layout);
}
#else
notch_layout *notch_layout_copy(notch_md md) {
  notch_layout *layout = malloc(sizeof *layout);
  if (layout) layout->md = *md;
  return layout;
}

notch_layout *notch_layout_strided(
    int rank, const int64_t *dims, const int64_t *strides, int type) {
  dnnl_memory_desc_t md;
  return notch_ok(dnnl_memory_desc_init_by_strides(&md, rank, dims, data_type(type), strides))
      ? notch_layout_copy(&md) : NULL;
}

notch_layout *notch_layout_any(int rank, const int64_t *dims, int type) {
  dnnl_memory_desc_t md;
  return notch_ok(
      dnnl_memory_desc_init_by_tag(&md, rank, dims, data_type(type), dnnl_format_tag_any))
      ? notch_layout_copy(&md) : NULL;
}

notch_layout *notch_layout_blocked(const int64_t dims[4], int type) {
  dnnl_memory_desc_t md;
  return notch_ok(dnnl_memory_desc_init_by_tag(&md, 4, dims, data_type(type), dnnl_aBcd16b))
      ? notch_layout_copy(&md) : NULL;
}

void notch_layout_free(notch_layout *layout) { free(layout); }
#endif

notch_layout *notch_layout_plain(int rank, const int64_t *dims, int type) {
  int64_t strides[DNNL_MAX_NDIMS];
  if (rank < 1 || rank > DNNL_MAX_NDIMS) {
    notch_ok(dnnl_invalid_arguments);
    return NULL;
  }
  int64_t stride = 1;
  for (int axis = rank - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] > 0 ? dims[axis] : 1;
  }
  return notch_layout_strided(rank, dims, strides, type);
}

int notch_layout_equal(const notch_layout *a, const notch_layout *b) {
  return dnnl_memory_desc_equal(LAYOUT_MD(a), LAYOUT_MD(b));
}

static const int64_t *strides_of(notch_md md) {
#if DNNL_VERSION_MAJOR >= 3
  const dnnl_dims_t *strides = NULL;
  return dnnl_memory_desc_query(md, dnnl_query_strides, &strides) == dnnl_success && strides
      ? *strides : NULL;
#else
  return md->format_kind == dnnl_blocked ? md->format_desc.blocking.strides : NULL;
#endif
}

static int rank_of(notch_md md) {
#if DNNL_VERSION_MAJOR >= 3
  int rank = 0;
  return dnnl_memory_desc_query(md, dnnl_query_ndims_s32, &rank) == dnnl_success ? rank : 0;
#else
  return md->ndims;
#endif
}

int notch_layout_same(const notch_layout *a, const notch_layout *b) {
  if (!notch_layout_equal(a, b)) return 0;
  const int64_t *left = strides_of(LAYOUT_MD(a)), *right = strides_of(LAYOUT_MD(b));
  if (!left || !right) return left == right;
  return memcmp(left, right, sizeof *left * (size_t)rank_of(LAYOUT_MD(a))) == 0;
}

size_t notch_layout_bytes(const notch_layout *layout) {
  return dnnl_memory_desc_get_size(LAYOUT_MD(layout));
}

static const int dnnl_args[NOTCH_ARG_COUNT] = {
  DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST, DNNL_ARG_DIFF_SRC,
  DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST, DNNL_ARG_WORKSPACE,
  DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_DIFF_SCALE,
  DNNL_ARG_DIFF_SHIFT,
};

static notch_md argument_md(const notch_op *op, int dnnl_arg) {
  return dnnl_primitive_desc_query_md(op->description, dnnl_query_exec_arg_md, dnnl_arg);
}

notch_layout *notch_op_layout(const notch_op *op, int arg) {
  notch_md md = argument_md(op, dnnl_args[arg]);
  if (!md || dnnl_memory_desc_get_size(md) == 0) return NULL;
  return notch_layout_copy(md);
}

size_t notch_op_scratch_bytes(const notch_op *op) {
  notch_md md = dnnl_primitive_desc_query_md(op->description, dnnl_query_scratchpad_md, 0);
  return md ? dnnl_memory_desc_get_size(md) : 0;
}

notch_op *notch_op_of(dnnl_primitive_desc_t description) {
  dnnl_primitive_t primitive = NULL;
  if (!notch_ok(dnnl_primitive_create(&primitive, description))) {
    dnnl_primitive_desc_destroy(description);
    return NULL;
  }
  notch_op *op = malloc(sizeof *op);
  if (!op) {
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(description);
    return NULL;
  }
  op->primitive = primitive;
  op->description = description;
  return op;
}

void notch_op_free(notch_op *op) {
  if (!op) return;
  dnnl_primitive_destroy(op->primitive);
  dnnl_primitive_desc_destroy(op->description);
  free(op);
}

dnnl_primitive_attr_t notch_attributes(int relu) {
  dnnl_primitive_attr_t attributes = NULL;
  if (!notch_ok(dnnl_primitive_attr_create(&attributes))) return NULL;
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (relu) {
    dnnl_post_ops_t after = NULL;
    if (!notch_ok(dnnl_post_ops_create(&after))) {
      dnnl_primitive_attr_destroy(attributes);
      return NULL;
    }
#if DNNL_VERSION_MAJOR >= 3
    dnnl_post_ops_append_eltwise(after, dnnl_eltwise_relu, 0, 0);
#else
    dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0);
#endif
    dnnl_primitive_attr_set_post_ops(attributes, after);
    dnnl_post_ops_destroy(after);
  }
  return attributes;
}

/* One stream a thread, made on first use and destroyed with the thread. */
static pthread_key_t stream_key;
static pthread_once_t stream_once = PTHREAD_ONCE_INIT;
static void free_stream(void *stream) { dnnl_stream_destroy((dnnl_stream_t)stream); }
static void make_stream_key(void) { pthread_key_create(&stream_key, free_stream); }

static dnnl_stream_t thread_stream(void) {
  pthread_once(&stream_once, make_stream_key);
  dnnl_stream_t stream = pthread_getspecific(stream_key);
  if (!stream && notch_ok(dnnl_stream_create(&stream, notch_engine(), dnnl_stream_default_flags)))
    pthread_setspecific(stream_key, stream);
  return stream;
}

int notch_op_run(
    const notch_op *op, int count, const int *args, void *const *memory, void *scratch) {
  dnnl_exec_arg_t list[NOTCH_ARG_COUNT + 1];
  dnnl_stream_t stream = thread_stream();
  if (!stream || count > NOTCH_ARG_COUNT) return 1;
  int made = 0, ok = 1;
  for (int i = 0; i <= count && ok; i++) {
    int arg = i < count ? dnnl_args[args[i]] : DNNL_ARG_SCRATCHPAD;
    if (i == count && !scratch) break;
    notch_md md = argument_md(op, arg);
    list[made].arg = arg;
    ok = md && notch_ok(dnnl_memory_create(
        &list[made].memory, md, notch_engine(), i < count ? memory[i] : scratch));
    if (ok) made++;
  }
  if (ok) {
    ok = notch_ok(dnnl_primitive_execute(op->primitive, stream, made, list))
        && notch_ok(dnnl_stream_wait(stream));
  }
  for (int i = 0; i < made; i++) dnnl_memory_destroy(list[i].memory);
  return ok ? 0 : 1;
}

/* The library's OpenMP runtime, if that is how it was built. */
extern void omp_set_num_threads(int) __attribute__((weak));
extern int omp_get_max_threads(void) __attribute__((weak));

void notch_dnn_set_threads(int count) {
  if (omp_set_num_threads && count > 0) omp_set_num_threads(count);
}

int notch_dnn_threads(void) { return omp_get_max_threads ? omp_get_max_threads() : 1; }

int notch_dnn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}
