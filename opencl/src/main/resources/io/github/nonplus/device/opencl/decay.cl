// Decay: out(r, n) = e^(x(r, n) · factors(n)), with factors none above 0.
// x and out [rows, width], views into the arena; out may lie where x lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarStripOperations.decay up to the rounding of the built-in exp.
#include "number.cl"

kernel void decay(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    global const float *factors) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] = exp(arena[x_at + r * x_stride + n] * factors[n]);
  }
}
