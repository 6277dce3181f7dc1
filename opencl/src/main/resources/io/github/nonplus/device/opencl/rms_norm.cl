// Root mean square norm: out(r, n) = x(r, n) / sqrt(mean_n(x²) + epsilon) · weight(n).
// x and out [rows, width], views into the arena; weight [width].
// Launch: one work-group of LANES (a power of two) for each row.
// Equals ScalarRowOperations.norm up to the float32 rounding of the sum, whose order follows from width.
#include "number.cl"

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void rms_norm(
    global float *arena, ulong x_at, uint x_stride, global const float *weight, float epsilon,
    ulong out_at, uint out_stride, uint width) {
  local float partial[LANES];
  const uint lane = get_local_id(0);
  global const float *x = arena + x_at + (size_t)get_group_id(0) * x_stride;
  global float *out = arena + out_at + (size_t)get_group_id(0) * out_stride;
  float squares = 0;
  for (uint n = lane; n < width; n += LANES) {
    squares = FMA(x[n], x[n], squares);
  }
  partial[lane] = squares;
  for (uint half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      partial[lane] += partial[lane + half_lanes];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float factor = 1.0f / sqrt(partial[0] / (float)width + epsilon);
  for (uint n = lane; n < width; n += LANES) {
    out[n] = x[n] * factor * weight[n];
  }
}
