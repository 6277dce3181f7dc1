// Gate: out(r, n) = activation(gate(r, n)) · up(r, n), or if LIMITED
// activation(min(gate(r, n), limit)) · (up(r, n) from −limit to limit + offset).
// All [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Definitions: ACTIVATION (activation.cl), LIMITED; ONE, 1 if gate has one column for all.
// Equals Curves.gate with ScalarCurves up to float32 rounding.
#include "activation.cl"

kernel void gate(
    global float *arena, ulong gate_at, uint gate_stride, ulong up_at, uint up_stride,
    ulong out_at, uint out_stride, uint width, float limit, float offset) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    float g = arena[gate_at + r * gate_stride + (ONE ? 0 : n)];
    float up = arena[up_at + r * up_stride + n];
#if LIMITED
    g = g > limit ? limit : g;
    up = (up > limit ? limit : up < -limit ? -limit : up) + offset;
#endif
    arena[out_at + r * out_stride + n] = activated(g) * up;
  }
}
