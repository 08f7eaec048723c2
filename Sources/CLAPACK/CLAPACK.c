#include "CLAPACK.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Fortran passes all by reference, and behind them the lengths of strings. */
typedef double (*norm_function)(
    const char *norm, const int *m, const int *n, const double *a, const int *lda, double *work,
    size_t);
typedef void (*factor_function)(
    const int *m, const int *n, double *a, const int *lda, int *pivots, int *info);
typedef void (*condition_function)(
    const char *norm, const int *n, const double *a, const int *lda, const double *anorm,
    double *rcond, double *work, int *iwork, int *info, size_t);
typedef void (*invert_function)(
    const int *n, double *a, const int *lda, const int *pivots, double *work, const int *lwork,
    int *info);
typedef void (*solve_function)(
    const char *trans, const int *n, const int *nrhs, const double *a, const int *lda,
    const int *pivots, double *b, const int *ldb, int *info, size_t);
typedef void (*cholesky_function)(
    const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
typedef void (*svd_function)(
    const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
    const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *iwork,
    int *info, size_t);
typedef void (*least_squares_function)(
    const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b,
    const int *ldb, double *s, const double *rcond, int *rank, double *work, const int *lwork,
    int *iwork, int *info);

static norm_function dlange;
static factor_function dgetrf;
static condition_function dgecon;
static invert_function dgetri;
static solve_function dgetrs;
static cholesky_function dpotrf;
static svd_function dgesdd;
static least_squares_function dgelsd;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int is_loaded = 0;
static char reason[256] = "";

static const char *const names[] = {
#ifdef __APPLE__
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
#else
    "liblapack.so.3",
    "libopenblas.so.0",
#endif
};

static int find(void *library, const char *name, void **function) {
  *function = dlsym(library, name);
  if (*function == NULL) snprintf(reason, sizeof reason, "it has no function '%s'", name);
  return *function != NULL;
}

static void load(void) {
  void *library = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++) {
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) {
    snprintf(reason, sizeof reason, "there is no library '%s'", names[0]);
    return;
  }
  is_loaded = find(library, "dlange_", (void **)&dlange) &&
              find(library, "dgetrf_", (void **)&dgetrf) &&
              find(library, "dgecon_", (void **)&dgecon) &&
              find(library, "dgetri_", (void **)&dgetri) &&
              find(library, "dgetrs_", (void **)&dgetrs) &&
              find(library, "dpotrf_", (void **)&dpotrf) &&
              find(library, "dgesdd_", (void **)&dgesdd) &&
              find(library, "dgelsd_", (void **)&dgelsd);
}

int notch_lapack_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

const char *notch_lapack_reason(void) { return reason; }

int notch_lapack_factor(int n, double *a, int *pivots, double *rcond) {
  double *work = calloc(4 * (size_t)n, sizeof *work);
  int *iwork = calloc((size_t)n, sizeof *iwork);
  int info = NOTCH_LAPACK_NO_MEMORY;
  *rcond = 0;
  if (work != NULL && iwork != NULL) {
    double norm = dlange("1", &n, &n, a, &n, work, 1);
    dgetrf(&n, &n, a, &n, pivots, &info);
    if (info == 0) dgecon("1", &n, a, &n, &norm, rcond, work, iwork, &info, 1);
  }
  free(work);
  free(iwork);
  return info;
}

/* The size that LAPACK asked for in `wanted`, as memory; `count` becomes the size. */
static double *workspace(double wanted, int *count) {
  if (!(wanted >= 1)) wanted = 1;
  if (wanted > 2147483647.0) return NULL;
  *count = (int)wanted;
  return malloc((size_t)*count * sizeof(double));
}

int notch_lapack_invert(int n, double *lu, const int *pivots) {
  double wanted = 0;
  int count = -1;
  int info = 0;
  dgetri(&n, lu, &n, pivots, &wanted, &count, &info);
  if (info != 0) return info;
  double *work = workspace(wanted, &count);
  if (work == NULL) return NOTCH_LAPACK_NO_MEMORY;
  dgetri(&n, lu, &n, pivots, work, &count, &info);
  free(work);
  return info;
}

int notch_lapack_solve_transposed(
    int n, int columns, const double *lu, const int *pivots, double *b) {
  int info = 0;
  dgetrs("T", &n, &columns, lu, &n, pivots, b, &n, &info, 1);
  return info;
}

int notch_lapack_cholesky(int n, double *a) {
  int info = 0;
  dpotrf("U", &n, a, &n, &info, 1);
  return info;
}

int notch_lapack_svd(int m, int n, double *a, double *s, double *u, double *vt) {
  int k = m < n ? m : n;
  int *iwork = calloc(8 * (size_t)k, sizeof *iwork);
  double wanted = 0;
  int count = -1;
  int info = NOTCH_LAPACK_NO_MEMORY;
  if (iwork != NULL) {
    dgesdd("S", &m, &n, a, &m, s, u, &m, vt, &k, &wanted, &count, iwork, &info, 1);
    if (info == 0) {
      double *work = workspace(wanted, &count);
      info = NOTCH_LAPACK_NO_MEMORY;
      if (work != NULL) {
        dgesdd("S", &m, &n, a, &m, s, u, &m, vt, &k, work, &count, iwork, &info, 1);
      }
      free(work);
    }
  }
  free(iwork);
  return info;
}

int notch_lapack_least_squares(
    int m, int n, int columns, double *a, double *b, double rcond, int *rank) {
  int k = m < n ? m : n;
  int rows = m < n ? n : m;
  double *s = calloc((size_t)k, sizeof *s);
  double wanted = 0;
  int wanted_integers = 0;
  int count = -1;
  int info = NOTCH_LAPACK_NO_MEMORY;
  if (s != NULL) {
    dgelsd(
        &m, &n, &columns, a, &m, b, &rows, s, &rcond, rank, &wanted, &count, &wanted_integers,
        &info);
    if (info == 0) {
      double *work = workspace(wanted, &count);
      int *iwork = calloc(wanted_integers < 1 ? 1 : (size_t)wanted_integers, sizeof *iwork);
      info = NOTCH_LAPACK_NO_MEMORY;
      if (work != NULL && iwork != NULL) {
        dgelsd(
            &m, &n, &columns, a, &m, b, &rows, s, &rcond, rank, work, &count, iwork, &info);
      }
      free(work);
      free(iwork);
    }
  }
  free(s);
  return info;
}
