// Sum: out(r, n) = left(r, n) + right(r, n).
// All [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarStripOperations.add, bit for bit.
#include "number.cl"

kernel void add(
    global float *arena, ulong left_at, uint left_stride, ulong right_at, uint right_stride,
    ulong out_at, uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] =
        arena[left_at + r * left_stride + n] + arena[right_at + r * right_stride + n];
  }
}
