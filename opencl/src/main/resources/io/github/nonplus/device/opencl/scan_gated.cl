// Gated linear recurrences, token after token: with l = recurrence · factors(n), h ← e^l · h + (gate
// · x) · √(1 − e^2l), but h = gate · x at a window's first token; out = h.
// All are views into the arena, [rows, width].
// Launch: work-items (n, window), n padded to whole work-groups.
// Equals ColumnScanStep with ScalarScans.gate up to the rounding of the built-in exp and expm1.
#include "number.cl"

kernel void scan_gated(
    global float *arena, ulong x_at, uint x_stride, ulong gate_at, uint gate_stride,
    ulong recurrence_at, uint recurrence_stride, ulong out_at, uint out_stride, uint width,
    global const int *starts, global const float *factors) {
  const uint n = get_global_id(0);
  const uint window = get_global_id(1);
  if (n >= width) {
    return;
  }
  const size_t start = starts[window];
  const size_t end = starts[window + 1];
  float h = 0;
  for (size_t r = start; r < end; r++) {
    const float input = arena[gate_at + r * gate_stride + n] * arena[x_at + r * x_stride + n];
    if (r == start) {
      h = input;
    } else {
      const float log = arena[recurrence_at + r * recurrence_stride + n] * factors[n];
      h = FMA(exp(log), h, input * sqrt(-expm1(log + log)));
    }
    arena[out_at + r * out_stride + n] = h;
  }
}
