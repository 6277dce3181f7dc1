// Rows for experts: out(place, n) of the row r · each + j that lies there is x(r, n), times the
// expert's weight, or x(r, j · width + n), as TAKE says (Spread.Take).
// x [rows, …], routing [rows, 2 · each + 1] and out [rows · each, width], views into the arena.
// Launch: work-items (n, place), n padded to whole work-groups.
// Equals RoutedSteps.spread, bit for bit.
#include "number.cl"

#define WEIGHTED 1
#define PART 2

kernel void spread(
    global float *arena, ulong x_at, uint x_stride, ulong routing_at, uint routing_stride,
    ulong out_at, uint out_stride, uint width, uint each, global const uint *order) {
  const uint n = get_global_id(0);
  const size_t place = get_global_id(1);
  if (n < width) {
    const uint row = order[place];
    const size_t r = row / each;
    const uint j = row % each;
#if TAKE == PART
    const float value = arena[x_at + r * x_stride + j * width + n];
#else
    float value = arena[x_at + r * x_stride + n];
#if TAKE == WEIGHTED
    value *= arena[routing_at + r * routing_stride + each + j];
#endif
#endif
    arena[out_at + place * out_stride + n] = value;
  }
}
