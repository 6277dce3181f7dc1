// Softplus: out(r, n) = ln(1 + e^(x(r, n) + bias(n))), but least or most where it is beyond.
// x and out [rows, width], views into the arena; out may lie where x lies; bias [width] if BIAS is 1.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarStripOperations.softplus up to the rounding of the built-in exp and log1p.
#include "number.cl"

kernel void softplus(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    global const float *bias, float least, float most) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    const float x = arena[x_at + r * x_stride + n] + (BIAS ? bias[n] : 0.0f);
    const float y = fmax(x, 0.0f) + log1p(exp(-fabs(x)));
    arena[out_at + r * out_stride + n] = y < least ? least : y > most ? most : y;
  }
}
