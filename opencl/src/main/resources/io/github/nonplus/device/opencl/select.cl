// Rows that are wanted: out(r, n) = x(selected(r), n).
// selected [rows]; x [tokens, width] and out [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals RowSteps.select, bit for bit.
#include "number.cl"

kernel void select_rows(
    global float *arena, global const int *selected, ulong x_at, uint x_stride, ulong out_at,
    uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] = arena[x_at + (size_t)selected[r] * x_stride + n];
  }
}
