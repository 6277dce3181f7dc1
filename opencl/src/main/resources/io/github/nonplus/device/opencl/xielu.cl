// xIELU: out(r, n) = positive · x² + beta · x for x > 0, else negative · (e^min(x, epsilon) − 1 − x)
// + beta · x, with x = x(r, n).
// All [rows, width], views into the arena; out may lie where x lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarCurves.xielu up to the rounding of the built-in expm1.
#include "number.cl"

kernel void xielu(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    float positive, float negative, float beta, float epsilon) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    const float x = arena[x_at + r * x_stride + n];
    const float bent = x > 0 ? positive * x * x : negative * (expm1(fmin(x, epsilon)) - x);
    arena[out_at + r * out_stride + n] = FMA(beta, x, bent);
  }
}
