// Causal convolution of columns within windows: out(r, n) = bias(n) + Σ_j taps(n, j) · x(r − K + 1 + j, n),
// j ascending, where x is 0 before the row's window.
// x and out [rows, width], views into the arena; taps [width, K]; bias [width] if BIAS is 1.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ConvolveStep with ScalarStripOperations.convolve up to float32 rounding.
#include "number.cl"

kernel void convolve(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    global const float *taps, uint length, global const float *bias,
    global const int *positions) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    const uint before = positions[r];
    float sum = BIAS ? bias[n] : 0.0f;
    for (uint j = 0; j < length; j++) {
      const uint back = length - 1 - j;
      if (back <= before) {
        sum = FMA(taps[n * length + j], arena[x_at + (r - back) * x_stride + n], sum);
      }
    }
    arena[out_at + r * out_stride + n] = sum;
  }
}
