/* LAPACK in Float64, loaded when it is first needed.

   Linking it would cost every start the loading of liblapack, libblas and libgfortran, 1.7 ms.

   Matrices are column-major, as in Fortran; none has a side of 0 or above INT_MAX. Each function gives
   LAPACK's info: 0, or what went wrong in it, or NOTCH_LAPACK_NO_MEMORY. Call notch_lapack_load
   first. */
#ifndef CLAPACK_H
#define CLAPACK_H

#define NOTCH_LAPACK_NO_MEMORY (-1000)

/* Whether the library is there. */
int notch_lapack_load(void);

/* Why it is not: a text that lives on. */
const char *notch_lapack_reason(void);

/* PA = LU in place; info > 0 is a pivot that is 0. `rcond` becomes the reciprocal of the condition
   number in the 1-norm. */
int notch_lapack_factor(int n, double *a, int *pivots, double *rcond);

/* The inverse from a factorization, in place. */
int notch_lapack_invert(int n, double *lu, const int *pivots);

/* x with A^T x = b for each of some columns b, in their place. */
int notch_lapack_solve_transposed(
    int n, int columns, const double *lu, const int *pivots, double *b);

/* U with A = U^T U in place, from and to the upper triangle; info > 0: not positive definite. */
int notch_lapack_cholesky(int n, double *a);

/* A = U diag(s) V^T with k = min(m, n); A is lost. U is m x k, V^T is k x n. */
int notch_lapack_svd(int m, int n, double *a, double *s, double *u, double *vt);

/* The shortest x that makes |A x - b| least, for each of some columns b of max(m, n) rows, in their
   place; singular values below `rcond` of the greatest count as 0. A is lost. */
int notch_lapack_least_squares(
    int m, int n, int columns, double *a, double *b, double rcond, int *rank);

#endif
