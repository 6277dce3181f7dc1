// Rows changed by a number that is made of all their columns. LAW SPARSE: out(r, n) = max(x(r, n) −
// (mean + number · deviation), 0). LAW MATCHED: out(r, n) = x(r, n) · sqrt(mean(reference²)) /
// sqrt(max(mean(x²), number)).
// x, reference and out [rows, width], views into the arena.
// Launch: one work-group of LANES (a power of two) for each row.
// Definitions: LAW.
// Equals AdjustStep up to the float32 rounding of sums, whose order follows from width.
#include "number.cl"

#define SPARSE 0
#define MATCHED 1

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

// The mean of (x − m)².
inline float squares_of(local float *partial, global const float *x, float m, uint width) {
  float own = 0;
  for (uint n = get_local_id(0); n < width; n += LANES) {
    const float value = x[n] - m;
    own = FMA(value, value, own);
  }
  return sum_of(partial, own) / (float)width;
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void adjust(
    global float *arena, ulong x_at, uint x_stride, ulong reference_at, uint reference_stride,
    ulong out_at, uint out_stride, uint width, float number) {
  local float partial[LANES];
  const uint lane = get_local_id(0);
  const size_t row = get_group_id(0);
  global const float *x = arena + x_at + row * x_stride;
  global float *out = arena + out_at + row * out_stride;
#if LAW == SPARSE
  float own = 0;
  for (uint n = lane; n < width; n += LANES) {
    own += x[n];
  }
  const float mean = sum_of(partial, own) / (float)width;
  const float least = FMA(number, sqrt(squares_of(partial, x, mean, width)), mean);
  for (uint n = lane; n < width; n += LANES) {
    out[n] = fmax(x[n] - least, 0.0f);
  }
#else
  global const float *reference = arena + reference_at + row * reference_stride;
  const float wanted = squares_of(partial, reference, 0, width);
  const float factor = sqrt(wanted / fmax(squares_of(partial, x, 0, width), number));
  for (uint n = lane; n < width; n += LANES) {
    out[n] = x[n] * factor;
  }
#endif
}
