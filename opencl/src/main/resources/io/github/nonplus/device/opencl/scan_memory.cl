// A memory of pairs of keys and values, token after token: with S [KEY, VALUE] of each head,
// S ← kept · S; S ← S + key ⊗ step · (value − Sᵀ key); out = Sᵀ (query · scale) + skip · value.
// All are views into the arena: query and key [rows, key heads · KEY], value and out [rows, heads ·
// VALUE], step [rows, heads] if STEPPED, decay by DECAY. skip [heads] if SKIPPED.
// Launch: work-items (column of out, window), the first padded to whole work-groups; each keeps its
// column of S.
// Definitions: KEY, VALUE; SHARED, heads to a key head; CORRECTS, whether Sᵀ key is subtracted;
// DECAY, where kept is: HEAD, decay(r, head); COLUMN, decay(r, head · KEY + i); CONSTANT, decays(head).
// Equals MemoryScanStep with ScalarScans.remember, bit for bit where FMA is fma.
#include "number.cl"

#define HEAD 1
#define COLUMN 2
#define CONSTANT 3

kernel void scan_memory(
    global float *arena, ulong query_at, uint query_stride, ulong key_at, uint key_stride,
    ulong value_at, uint value_stride, ulong step_at, uint step_stride, ulong decay_at,
    uint decay_stride, ulong out_at, uint out_stride, uint width, global const int *starts,
    float scale, global const float *decays, global const float *skip) {
  const uint n = get_global_id(0);
  const uint window = get_global_id(1);
  if (n >= width) {
    return;
  }
  const uint head = n / VALUE;
  float s[KEY];
  for (uint i = 0; i < KEY; i++) {
    s[i] = 0;
  }
  const size_t end = starts[window + 1];
  for (size_t r = starts[window]; r < end; r++) {
    global const float *key = arena + key_at + r * key_stride + head / SHARED * KEY;
    global const float *query = arena + query_at + r * query_stride + head / SHARED * KEY;
    const float value = arena[value_at + r * value_stride + n];
#if DECAY == COLUMN
    global const float *kept = arena + decay_at + r * decay_stride + head * KEY;
#define KEPT(i) kept[i]
#elif DECAY == HEAD
    const float kept = arena[decay_at + r * decay_stride + head];
#define KEPT(i) kept
#elif DECAY == CONSTANT
    const float kept = decays[head];
#define KEPT(i) kept
#else
#error DECAY is none of those
#endif
    float change = value;
#if CORRECTS
    float recalled = 0;
    for (uint i = 0; i < KEY; i++) {
      recalled = FMA(KEPT(i) * key[i], s[i], recalled);
    }
    change -= recalled;
#endif
#if STEPPED
    change *= arena[step_at + r * step_stride + head];
#endif
    float sum = 0;
    for (uint i = 0; i < KEY; i++) {
      s[i] = FMA(key[i], change, KEPT(i) * s[i]);
      sum = FMA(query[i] * scale, s[i], sum);
    }
#if SKIPPED
    sum = FMA(skip[head], value, sum);
#endif
    arena[out_at + r * out_stride + n] = sum;
  }
}
