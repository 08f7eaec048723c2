/* Loops for which Swift has no instructions: products of single bits. */
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

#endif
