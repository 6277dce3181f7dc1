// Scores of an indexer: out(r, j) = Σ_h weights(i, h) · max(query(i, h) · key(j), 0) for the rows
// i = first + r, r < rows, and the keys j of their windows that are not after them, counted from the
// window's first; the sum over h ascends from 0.
// query [tokens, HEADS · SIZE], key [tokens, SIZE], weights [tokens, HEADS]: views into the arena.
// positions [tokens]; out [·, pitch].
// Launch: work-items (j, r), j padded to whole work-groups.
// Definitions: HEADS, VECTORS · VEC, the size of a head.
// Equals SelectKeysStep up to float32 rounding.
#include "number.cl"

kernel void index_scores(
    global const float *arena, ulong query_at, uint query_stride, ulong key_at, uint key_stride,
    ulong weights_at, uint weights_stride, global const int *positions, uint first, global float *out,
    uint pitch) {
  const uint j = get_global_id(0);
  const size_t r = get_global_id(1);
  const size_t row = first + r;
  const int position = positions[row];
  if ((int)j > position) {
    return;
  }
  global const float *key = arena + key_at + (row - position + j) * key_stride;
  global const float *query = arena + query_at + row * query_stride;
  global const float *weights = arena + weights_at + row * weights_stride;
  float sum = 0;
  for (uint h = 0; h < HEADS; h++) {
    floatv dot = 0;
    for (uint d = 0; d < VECTORS; d++) {
      dot = FMA(LOAD(query + (h * VECTORS + d) * VEC), LOAD(key + d * VEC), dot);
    }
    const float score = total(dot);
    sum += weights[h] * (score > 0 ? score : 0.0f);
  }
  out[r * pitch + j] = sum;
}
