/* One body for each width of registers; the loader picks the widest that the processor has. */
#ifndef NOTCH_WIDEST_H
#define NOTCH_WIDEST_H

#if defined(__x86_64__) && defined(__linux__)
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDEST
#endif

#endif
