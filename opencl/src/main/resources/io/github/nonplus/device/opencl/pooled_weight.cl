// A weight matrix (weight.cl) whose planes and order begin somewhere in larger pieces of memory.
#include "weight.cl"

#define POOLED_PARAMETER(i) global const char *pool##i, ulong at##i
#define POOLED_PARAMETERS                                                                          \
  EACH_PLANE(POOLED_PARAMETER), global const char *order_pool, ulong order_at, uint stored_rows,   \
      uint stored_columns, uint first_row, uint first_column, uint outputs, uint depth

// Names them, at the beginning of a kernel.
#define POOLED_PLANE(i) *plane##i = (global const uint *)(pool##i + at##i)
#define POOLED_WEIGHT                                                                              \
  global const uint EACH_PLANE(POOLED_PLANE);                                                      \
  global const int *order = (global const int *)(order_pool + order_at)
