// Routed rows put together: out(r, n) = Σ_j [weight(r, j) ·] x(place(r · each + j), n), ascending, or
// side by side, as PUT says (Gather.Put).
// x [rows · each, …], routing [rows, 2 · each + 1] and out [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals RoutedSteps.gather, bit for bit where FMA is fma.
#include "number.cl"

#define SUM 0
#define WEIGHTED 1
#define SIDE 2

kernel void gather(
    global float *arena, ulong x_at, uint x_stride, ulong routing_at, uint routing_stride,
    ulong out_at, uint out_stride, uint width, uint each, global const uint *places) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
#if PUT == SIDE
    const uint part = width / each;
    const size_t place = places[r * each + n / part];
    arena[out_at + r * out_stride + n] = arena[x_at + place * x_stride + n % part];
#else
    float sum = 0;
    for (uint j = 0; j < each; j++) {
      const float x = arena[x_at + (size_t)places[r * each + j] * x_stride + n];
#if PUT == WEIGHTED
      const float weight = arena[routing_at + r * routing_stride + each + j];
#else
      const float weight = 1;
#endif
      sum = j == 0 ? weight * x : FMA(weight, x, sum);
    }
    arena[out_at + r * out_stride + n] = sum;
#endif
  }
}
