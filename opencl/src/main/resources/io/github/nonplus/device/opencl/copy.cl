// Columns of one buffer to columns of another: out(r, n) = x(r, n).
// Both [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals a part of RowSteps.concatenate, bit for bit.
#include "number.cl"

kernel void copy(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] = arena[x_at + r * x_stride + n];
  }
}
