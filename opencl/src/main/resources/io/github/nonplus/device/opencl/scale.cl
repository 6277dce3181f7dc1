// Numbers times factors: out(r, n) = x(r, n) · f.
// All [rows, width], views into the arena; out may lie where x lies.
// Launch: work-items (n, r), n padded to whole work-groups.
// Definitions: BY, what f is: NUMBER, `factor`; COLUMN, factors(n); POSITION, factors(positions(r)).
// Equals ScalarStripOperations.scale, scaleColumns or scaleTokens, bit for bit.
#include "number.cl"

#define NUMBER 1
#define COLUMN 2
#define POSITION 3

kernel void scale(
    global float *arena, ulong x_at, uint x_stride, ulong out_at, uint out_stride, uint width,
    float factor, global const float *factors, global const int *positions) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
#if BY == NUMBER
    const float f = factor;
#elif BY == COLUMN
    const float f = factors[n];
#elif BY == POSITION
    const float f = factors[positions[r]];
#else
#error BY is none of those
#endif
    arena[out_at + r * out_stride + n] = arena[x_at + r * x_stride + n] * f;
  }
}
