// Weighted means of values, token after token: Σ w · value / Σ w, where the weight of the row itself
// is e^(key + first(n)) and that of an earlier one e^key, times e^factors(n) for each row between.
// Sums are relative to e^m, with the largest exponent m so far.
// All are views into the arena, [rows, width].
// Launch: work-items (n, window), n padded to whole work-groups.
// Equals ColumnScanStep with ScalarScans.weigh up to the rounding of the built-in exp.
#include "number.cl"

kernel void scan_weighted(
    global float *arena, ulong key_at, uint key_stride, ulong value_at, uint value_stride,
    ulong out_at, uint out_stride, uint width, global const int *starts,
    global const float *factors, global const float *first) {
  const uint n = get_global_id(0);
  const uint window = get_global_id(1);
  if (n >= width) {
    return;
  }
  const size_t end = starts[window + 1];
  float values = 0;
  float weights = 0;
  float m = -MAXFLOAT;
  for (size_t r = starts[window]; r < end; r++) {
    const float key = arena[key_at + r * key_stride + n];
    const float value = arena[value_at + r * value_stride + n];
    const float own = first[n] + key;
    float most = fmax(m, own);
    float a = exp(m - most);
    float b = exp(own - most);
    arena[out_at + r * out_stride + n] = FMA(b, value, a * values) / FMA(a, weights, b);
    const float faded = m + factors[n];
    most = fmax(faded, key);
    a = exp(faded - most);
    b = exp(key - most);
    values = FMA(b, value, a * values);
    weights = FMA(a, weights, b);
    m = most;
  }
}
