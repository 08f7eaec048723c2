/* What the shim's files share: how oneDNN 2 and 3 name a memory descriptor. */
#ifndef NOTCH_INTERNAL_H
#define NOTCH_INTERNAL_H

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t notch_md;
struct notch_layout { dnnl_memory_desc_t md; };
#define LAYOUT_MD(layout) ((layout)->md)
#else
typedef const dnnl_memory_desc_t *notch_md;
struct notch_layout { dnnl_memory_desc_t md; };
#define LAYOUT_MD(layout) (&(layout)->md)
#endif

struct notch_op {
  dnnl_primitive_t primitive;
  dnnl_primitive_desc_t description;
};

/* The one CPU engine, made on first use. */
dnnl_engine_t notch_engine(void);
/* Remembers a status of this thread; returns whether it is success. */
int notch_ok(dnnl_status_t status);
notch_layout *notch_layout_copy(notch_md md);
/* Makes the primitive of a description, which it takes over. */
notch_op *notch_op_of(dnnl_primitive_desc_t description);
/* Attributes with a scratchpad of the caller and, if wanted, a ReLU behind the operation. */
dnnl_primitive_attr_t notch_attributes(int relu);

#endif
