// Clamp: out(r, n) = the nearest number to x(r, n) from −limit to limit.
// All [rows, width], views into the arena; out may lie where x lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarCurves.clamp, bit for bit.
#include "number.cl"

kernel void clamped(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    float limit) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    const float x = arena[x_at + r * x_stride + n];
    arena[out_at + r * out_stride + n] = x > limit ? limit : x < -limit ? -limit : x;
  }
}
