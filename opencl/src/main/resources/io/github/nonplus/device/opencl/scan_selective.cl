// Selective state spaces, token after token: with a state h of STATES numbers for each column n,
// h(i) ← e^(step · factors(i, n)) · h(i) + step · x · key(i); out = Σ_i query(i) · h(i) + skip(n) · x.
// All are views into the arena: x, step and out [rows, width], key and query [rows, STATES].
// factors [STATES, width], skip [width].
// Launch: work-items (n, window), n padded to whole work-groups.
// Equals ColumnScanStep with ScalarScans.select up to the rounding of the built-in exp.
#include "number.cl"

kernel void scan_selective(
    global float *arena, ulong x_at, uint x_stride, ulong step_at, uint step_stride, ulong key_at,
    uint key_stride, ulong query_at, uint query_stride, ulong out_at, uint out_stride, uint width,
    global const int *starts, global const float *factors, global const float *skip) {
  const uint n = get_global_id(0);
  const uint window = get_global_id(1);
  if (n >= width) {
    return;
  }
  float h[STATES];
  for (uint i = 0; i < STATES; i++) {
    h[i] = 0;
  }
  const size_t end = starts[window + 1];
  for (size_t r = starts[window]; r < end; r++) {
    const float x = arena[x_at + r * x_stride + n];
    const float step = arena[step_at + r * step_stride + n];
    global const float *key = arena + key_at + r * key_stride;
    global const float *query = arena + query_at + r * query_stride;
    const float input = step * x;
    float sum = 0;
    for (uint i = 0; i < STATES; i++) {
      h[i] = FMA(input, key[i], exp(step * factors[i * (size_t)width + n]) * h[i]);
      sum = FMA(query[i], h[i], sum);
    }
    arena[out_at + r * out_stride + n] = FMA(skip[n], x, sum);
  }
}
