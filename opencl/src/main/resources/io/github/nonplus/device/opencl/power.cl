// Power: out(r, n) = e^x(r, n).
// All [rows, width], views into the arena; out may lie where x lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ElementSteps.power up to the rounding of the built-in exp.
#include "number.cl"

kernel void power(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] = exp(arena[x_at + r * x_stride + n]);
  }
}
