// Norm of each group of columns: out(r, n) = (x(r, n) − m) / sqrt(mean((x − m)²) + epsilon) ·
// (offset + weight(n)) + bias(n), with means over the group's `width` columns.
// x and out [rows, groups · width], views into the arena; weight and bias as long as the row, or as
// a group: the next group's begin `weight_step` and `bias_step` further on.
// Launch: one work-group of LANES (a power of two) for each group of each row, in this order.
// Definitions: CENTRED, 1 if m is the mean, 0 if it is 0; WEIGHT and BIAS, 1 if there is one.
// Equals ScalarStripOperations.norm up to the float32 rounding of sums, whose order follows from
// width.
#include "number.cl"

// The sum of all lanes' numbers, for all of them.
inline float sum_of(local float *partial, float own) {
  const uint lane = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  partial[lane] = own;
  for (uint half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      partial[lane] += partial[lane + half_lanes];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return partial[0];
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void norm(
    global float *arena, ulong x_at, uint x_stride, global const float *weight, uint weight_step,
    global const float *bias, uint bias_step, float offset, float epsilon, ulong out_at,
    uint out_stride, uint width, uint groups) {
  local float partial[LANES];
  const uint lane = get_local_id(0);
  const size_t row = get_group_id(0) / groups;
  const uint group = get_group_id(0) % groups;
  global const float *x = arena + x_at + row * x_stride + (size_t)group * width;
  global float *out = arena + out_at + row * out_stride + (size_t)group * width;
  float m = 0;
#if CENTRED
  float own = 0;
  for (uint n = lane; n < width; n += LANES) {
    own += x[n];
  }
  m = sum_of(partial, own) / (float)width;
#endif
  float squares = 0;
  for (uint n = lane; n < width; n += LANES) {
    const float value = x[n] - m;
    squares = FMA(value, value, squares);
  }
  const float factor = 1.0f / sqrt(sum_of(partial, squares) / (float)width + epsilon);
  for (uint n = lane; n < width; n += LANES) {
    float value = (x[n] - m) * factor;
#if WEIGHT
    value *= weight[group * weight_step + n] + offset;
#endif
#if BIAS
    value += bias[group * bias_step + n];
#endif
    out[n] = value;
  }
}
