// Gate: out(r, n) = gate(r, n) · sigmoid(gate(r, n)) · up(r, n).
// All [rows, width], views into the arena.
// Launch: work-items (n, r), n padded to whole work-groups.
// Equals ScalarRowOperations.gateSilu up to float32 rounding.
#include "number.cl"

kernel void gate(
    global float *arena, ulong gate_at, uint gate_stride, ulong up_at, uint up_stride,
    ulong out_at, uint out_stride, uint width) {
  const uint n = get_global_id(0);
  const size_t r = get_global_id(1);
  if (n < width) {
    const float x = arena[gate_at + r * gate_stride + n];
    arena[out_at + r * out_stride + n] =
        x / (1.0f + exp(-x)) * arena[up_at + r * up_stride + n];
  }
}
