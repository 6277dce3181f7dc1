// Numbers as codes and back: out(r, n) = (nearest(x(r, n) / s + z) − z) · s, or 0 where s is 0, with
// a scale s and a zero point z for each group of `width` columns of a row.
// x and out [rows, groups · width], views into the arena; out may lie where x lies.
// Launch: one work-group of LANES (a power of two) for each group of each row, in this order.
// Definitions: DIGITS and LEAST_EXPONENT of the codes' numbers, which reach from `least` to `most`;
// LAW, how s and z follow: STORED, they are `a` and `b`; LARGEST, the largest absolute value / a;
// LARGEST_UP, up to a power of two; RANGE, from the least number to the largest; POWER_OF_TWO, that of
// the largest / 2^a; LOCAL, largest / a · b in E4M3, in units of 1 / b.
// ROUTED, how many experts there are if a and b of a row's expert e are of_experts[2 e] and
// of_experts[2 e + 1], else 0; the rows from starts[e] to starts[e + 1] are those of expert e, and what
// becomes of the rows of further ones is of no use.
// Equals FakeQuantize.of with CodeScales.of, bit for bit where division is correctly rounded.
#include "number.cl"

#define STORED 1
#define LARGEST 2
#define LARGEST_UP 3
#define RANGE 4
#define POWER_OF_TWO 5
#define LOCAL 6

inline float power(int exponent) {
  return as_float((uint)(clamp(exponent, -126, 127) + 127) << 23);
}

inline float nearest(float value, float least, float most, int digits, int least_exponent) {
  const float inside = clamp(value, least, most);
  const int exponent = max((int)((as_uint(inside) >> 23) & 255) - 127, least_exponent);
  return rint(inside * power(digits - exponent)) * power(exponent - digits);
}

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void fake_quantize(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    uint groups, float least, float most, float a, float b,
    global const float *of_experts, global const uint *starts) {
  local float leasts[LANES];
  local float mosts[LANES];
  const uint lane = get_local_id(0);
  const size_t row = get_group_id(0) / groups;
  const uint group = get_group_id(0) % groups;
  global const float *x = arena + x_at + row * x_stride + (size_t)group * width;
  global float *out = arena + out_at + row * out_stride + (size_t)group * width;
#if ROUTED
  uint expert = 0;
  while (expert + 1 < ROUTED && starts[expert + 1] <= row) {
    expert++;
  }
  a = of_experts[2 * expert];
  b = of_experts[2 * expert + 1];
#endif
  float s = a;
  float z = b;
#if LAW != STORED
  float low = 0;
  float high = 0;
  for (uint n = lane; n < width; n += LANES) {
    low = fmin(low, x[n]);
    high = fmax(high, x[n]);
  }
  leasts[lane] = low;
  mosts[lane] = high;
  for (uint half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      leasts[lane] = fmin(leasts[lane], leasts[lane + half_lanes]);
      mosts[lane] = fmax(mosts[lane], mosts[lane + half_lanes]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  low = leasts[0];
  high = mosts[0];
  const float largest_of_group = fmax(-low, high);
  z = 0;
#if LAW == LARGEST
  s = largest_of_group / a;
#elif LAW == LARGEST_UP
  s = largest_of_group / a;
  if (s != 0) {
    s = power((int)(as_uint(s) >> 23) - 127 + ((as_uint(s) & 0x7fffff) == 0 ? 0 : 1));
  }
#elif LAW == RANGE
  s = (high - low) / (most - least);
  if (s != 0) {
    z = nearest(least - low / s, least, most, DIGITS, LEAST_EXPONENT);
  }
#elif LAW == POWER_OF_TWO
  s = largest_of_group == 0
          ? 0
          : power((int)((as_uint(largest_of_group) + 0x200000) >> 23) - 127 - (int)a);
#elif LAW == LOCAL
  s = nearest(largest_of_group / a * b, -448, 448, 3, -6) / b;
#else
#error LAW is none of those
#endif
#endif
  for (uint n = lane; n < width; n += LANES) {
    out[n] = s == 0 ? 0 : (nearest(x[n] / s + z, least, most, DIGITS, LEAST_EXPONENT) - z) * s;
  }
}
