// Routed rows put together: out(r, n) = Σ_j [weight(r, j) ·] x(place(r · each + j), n), ascending, or
// side by side, as PUT says (Gather.Put). If PASSED, the row of an expert from number `from` on
// is row r of passed [rows, ·], a view into the arena.
// x [rows · each, …], routing [rows, 2 · each + 1] and out [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals RoutedSteps.gather, bit for bit where FMA is fma.
#include "number.cl"

#define SUM 0
#define WEIGHTED 1
#define SIDE 2

// Column n of the j-th row that is put together.
#define ROUTED_ROW(j, n) (arena + x_at + (size_t)places[r * each + (j)] * x_stride + (n))
#if PASSED
#define ROW(j, n)                                                                                  \
  (arena[routing_at + r * routing_stride + (j)] >= from                                            \
       ? arena + passed_at + r * passed_stride + (n)                                               \
       : ROUTED_ROW(j, n))
#else
#define ROW(j, n) ROUTED_ROW(j, n)
#endif

kernel void gather(
    global float *arena, ulong x_at, uint x_stride, ulong routing_at, uint routing_stride,
    ulong out_at, uint out_stride, uint width, uint each, global const uint *places,
    ulong passed_at, uint passed_stride, uint from) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
#if PUT == SIDE
    const uint part = width / each;
    arena[out_at + r * out_stride + n] = *ROW(n / part, n % part);
#else
    float sum = 0;
    for (uint j = 0; j < each; j++) {
      const float x = *ROW(j, n);
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
