// A weight matrix (weight.cl) whose codes and scales begin somewhere in larger pieces of memory.
#include "weight.cl"

#define POOLED_PARAMETERS                                                                          \
  global const char *code_pool, ulong codes_at, global const char *scale_pool, ulong scales_at,    \
      uint stored_rows, uint first_row, uint outputs, uint depth

// Names codes and scales, at the beginning of a kernel.
#define POOLED_WEIGHT                                                                              \
  global const uint *codes = (global const uint *)(code_pool + codes_at);                          \
  global const uint *scales = (global const uint *)(scale_pool + scales_at)
