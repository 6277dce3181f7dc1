// Weighted sum: out(r, n) = a · left(r, n) + b · right(r, n).
// All [rows, width], views into the arena; out may lie where left or right lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarStripOperations.combine, bit for bit.
#include "number.cl"

kernel void combine(
    global float *arena, ulong left_at, uint left_stride, ulong right_at, uint right_stride,
    ulong out_at, uint out_stride, uint width, float a, float b) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] =
        a * arena[left_at + r * left_stride + n] + b * arena[right_at + r * right_stride + n];
  }
}
