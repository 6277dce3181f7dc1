// A weight matrix (weight.cl) whose planes and order begin somewhere in larger pieces of memory.
#include "weight.cl"

#define POOLED_PARAMETERS                                                                          \
  global const char *code_pool, ulong codes_at, global const char *scale_pool, ulong scales_at,    \
      global const char *order_pool, ulong order_at, uint stored_rows, uint stored_columns,        \
      uint first_row, uint first_column, uint outputs, uint depth

// Names them, at the beginning of a kernel.
#define POOLED_WEIGHT                                                                              \
  global const uint *codes = (global const uint *)(code_pool + codes_at);                          \
  global const uint *scales = (global const uint *)(scale_pool + scales_at);                       \
  global const int *order = (global const int *)(order_pool + order_at)
