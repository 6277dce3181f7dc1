// Gate: out(r, n) = activation(gate(r, n)) · up(r, n).
// All [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Definitions: ACTIVATION (activation.cl).
// Equals Curves.gate with ScalarCurves up to float32 rounding.
#include "activation.cl"

kernel void gate(
    global float *arena, ulong gate_at, uint gate_stride, ulong up_at, uint up_stride,
    ulong out_at, uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    arena[out_at + r * out_stride + n] =
        activated(arena[gate_at + r * gate_stride + n]) * arena[up_at + r * up_stride + n];
  }
}
