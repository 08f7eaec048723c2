#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

int notch_bit_way(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512f"))
    return NOTCH_BITS_VECTOR;
  if (__builtin_cpu_supports("popcnt")) return NOTCH_BITS_COUNT;
#endif
  return NOTCH_BITS_PLAIN;
}

void notch_pack_bits(const uint8_t *bytes, size_t rows, size_t count, uint32_t *words) {
  size_t length = (count + 31) / 32;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *row = bytes + r * count;
    uint32_t *packed = words + r * length;
    for (size_t i = 0; i < length; i++) {
      size_t bits = count - 32 * i < 32 ? count - 32 * i : 32;
      uint32_t word = 0;
      for (size_t b = 0; b < bits; b++) word |= (uint32_t)(row[32 * i + b] & 1) << b;
      packed[i] = word;
    }
  }
}

/* The body of the ways without vectors; the compiler knows one instruction for the count or many. */
#define COUNT_SUMS                                                       \
  for (size_t r = 0; r < rows; r++) {                                    \
    const uint32_t *row = x + r * words;                                 \
    for (size_t k = 0; k < filters; k++) {                               \
      int32_t count = 0;                                                 \
      for (size_t i = 0; i < words; i++)                                 \
        count += __builtin_popcount(row[i] ^ w[i * stride + k]);         \
      sums[r * filters + k] = ones[k] - count;                           \
    }                                                                    \
  }

static void plain(
    const uint32_t *x, size_t rows, const uint32_t *w, const int32_t *ones, size_t words,
    size_t filters, size_t stride, int32_t *sums) {
  COUNT_SUMS
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static void counted(
    const uint32_t *x, size_t rows, const uint32_t *w, const int32_t *ones, size_t words,
    size_t filters, size_t stride, int32_t *sums) {
  COUNT_SUMS
}

/* Sixteen filters at a time, four rows side by side so that each word of w is loaded once. */
__attribute__((target("avx512f,avx512vpopcntdq"))) static void vectors(
    const uint32_t *x, size_t rows, const uint32_t *w, const int32_t *ones, size_t words,
    size_t filters, size_t stride, int32_t *sums) {
  for (size_t k = 0; k < filters; k += 16) {
    __mmask16 mask = filters - k < 16 ? (__mmask16)((1u << (filters - k)) - 1) : (__mmask16)0xFFFF;
    __m512i base = _mm512_maskz_loadu_epi32(mask, ones + k);
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
      const uint32_t *row = x + r * words;
      __m512i a = base, b = base, c = base, d = base;
      for (size_t i = 0; i < words; i++) {
        __m512i filter = _mm512_loadu_si512(w + i * stride + k);
#define COUNT(acc, n)                                                        \
  acc = _mm512_sub_epi32(                                                    \
      acc, _mm512_popcnt_epi32(_mm512_xor_si512(                             \
               filter, _mm512_set1_epi32((int32_t)row[(n) * words + i]))));
        COUNT(a, 0)
        COUNT(b, 1)
        COUNT(c, 2)
        COUNT(d, 3)
#undef COUNT
      }
      int32_t *target = sums + r * filters + k;
      _mm512_mask_storeu_epi32(target, mask, a);
      _mm512_mask_storeu_epi32(target + filters, mask, b);
      _mm512_mask_storeu_epi32(target + 2 * filters, mask, c);
      _mm512_mask_storeu_epi32(target + 3 * filters, mask, d);
    }
    for (; r < rows; r++) {
      __m512i a = base;
      for (size_t i = 0; i < words; i++) {
        __m512i word = _mm512_set1_epi32((int32_t)x[r * words + i]);
        __m512i filter = _mm512_loadu_si512(w + i * stride + k);
        a = _mm512_sub_epi32(a, _mm512_popcnt_epi32(_mm512_xor_si512(filter, word)));
      }
      _mm512_mask_storeu_epi32(sums + r * filters + k, mask, a);
    }
  }
}
#endif

void notch_xor_sums(
    const uint32_t *x, size_t rows, const uint32_t *w, const int32_t *ones, size_t words,
    size_t filters, size_t stride, int32_t *sums, int way) {
#if defined(__x86_64__)
  if (way == NOTCH_BITS_VECTOR) {
    vectors(x, rows, w, ones, words, filters, stride, sums);
    return;
  }
  if (way == NOTCH_BITS_COUNT) {
    counted(x, rows, w, ones, words, filters, stride, sums);
    return;
  }
#endif
  (void)way;
  plain(x, rows, w, ones, words, filters, stride, sums);
}
