// Attention within each window, in one pass: out = softmax(scores) · value for each head, with a
// running maximum and sum (online softmax) over blocks of KEYS keys that are counted from the
// window's start, so a row's bits depend on its window alone. A score is cap(scale · query · key) +
// slope · (position of the key − that of the query), and what its key adds; a block that no row of a tile sees is skipped.
// query [tokens, heads · key size] and out [rows, heads · value size]; key and value [tokens, ·];
// views into the arena. Head h reads key head h / sharing; slopes and sinks [heads]. rows_of [rows]
// names the token of each row of out, starts_of [rows] the first token of its window. tiles [·, 2]:
// first row of out and number of rows (at most QUERIES), all of one window.
// Launch: work-groups of LANES, one for each (tile, head).
// Definitions: KEY_VECTORS · VEC and VALUE_VECTORS · VEC are the sizes of a head; QUERIES, KEYS,
// LANES; MASK, which keys a row sees of those that are not after it: CAUSAL, all; SLIDING, the last
// `reach`; CHUNKED, those of its own chunk of `reach`; ROLLING, those of its own chunk of CHUNK and the
// `reach` before that. KEPT, how many at a window's beginning every row sees. SLOPED, CAPPED and SINKS, 1 if scores have
// slopes or a cap, or if the softmax has sinks. CHOSEN, the keys of a choice if a row sees those alone
// that chosen [tokens, ·] lists, from column choice_step · key head on; else 0. BIASED, 1 if scores
// have what bias [tokens, key heads] adds for their key.
// Equals AttendStep up to float32 rounding.
#include "number.cl"

#define CAUSAL 0
#define SLIDING 1
#define CHUNKED 2
#define ROLLING 3

#define PAIRS ((QUERIES * VALUE_VECTORS + LANES - 1) / LANES)
// Few of them stay in registers.
#if LANES > 1
#define EACH_PAIR _Pragma("unroll")
#else
#define EACH_PAIR
#endif
// One more, so that the rows of a tile begin in different banks.
#define QUERY_PITCH (KEY_VECTORS + 1)
#define PITCH ((KEY_VECTORS > VALUE_VECTORS ? KEY_VECTORS : VALUE_VECTORS) + 1)

// The position of the first key that the row at a position sees.
inline int first_key(int position, uint reach) {
#if MASK == SLIDING
  return max(0, position - (int)reach + 1);
#elif MASK == CHUNKED
  return position - position % (int)reach;
#elif MASK == ROLLING
  return max(0, position - position % CHUNK - (int)reach);
#else
  return 0;
#endif
}

#if CHOSEN
// Whether a list that ascends has a position.
inline bool lists(global const float *list, int position) {
  uint low = 0, high = CHOSEN;
  while (low < high) {
    const uint middle = (low + high) / 2;
    if (list[middle] < position) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < CHOSEN && list[low] == position;
}
#endif

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void attend(
    global float *arena, ulong query_at, uint query_stride, ulong key_at, uint key_stride,
    ulong value_at, uint value_stride, ulong out_at, uint out_stride, global const int *rows_of,
    global const int *starts_of, global const int *tiles, float scale, uint sharing,
    uint reach, global const float *slopes, float cap, global const float *sinks, ulong chosen_at,
    uint chosen_stride, uint choice_step, ulong bias_at, uint bias_stride) {
  local floatv queries[QUERIES * QUERY_PITCH];
  local floatv shared[KEYS * PITCH]; // keys, then values
  local float weights[QUERIES * KEYS];
  local float most[QUERIES];
  local float factor[QUERIES];
  local float sum[QUERIES];
  local int row[QUERIES];
#if MASK
  local int seen_from[QUERIES]; // the token of the first key
#endif
  floatv out[PAIRS];
  const uint lane = get_local_id(0);
  const uint head = get_group_id(1);
  const int first = tiles[2 * get_group_id(0)];
  const int count = tiles[2 * get_group_id(0) + 1];
  const int start = starts_of[first];
  const int last = rows_of[first + count - 1];
  const uint key_size = KEY_VECTORS * VEC;
  const uint value_size = VALUE_VECTORS * VEC;
  for (uint i = lane; i < QUERIES; i += LANES) {
    row[i] = (int)i < count ? rows_of[first + i] : -1;
#if MASK
    seen_from[i] = start + first_key(max(row[i] - start, 0), reach);
#endif
#if SINKS
    most[i] = sinks[head];
    sum[i] = 1;
#else
    most[i] = -MAXFLOAT;
    sum[i] = 0;
#endif
  }
  for (uint p = lane; p < QUERIES * KEY_VECTORS; p += LANES) {
    uint i = p / KEY_VECTORS, d = p % KEY_VECTORS;
    floatv value = 0;
    if ((int)i < count) {
      value = LOAD(
          arena + query_at + (size_t)rows_of[first + i] * query_stride + head * key_size +
          d * VEC);
    }
    queries[i * QUERY_PITCH + d] = value;
  }
  EACH_PAIR
  for (uint p = 0; p < PAIRS; p++) {
    out[p] = 0;
  }
  // A tile's first row sees the earliest key.
#if KEPT
  const int skipped = 0;
#else
  const int skipped = first_key(rows_of[first] - start, reach) / KEYS * KEYS;
#endif
  for (int k0 = start + skipped; k0 <= last; k0 += KEYS) {
    const int keys = min(KEYS, last - k0 + 1);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint p = lane; p < (uint)keys * KEY_VECTORS; p += LANES) {
      uint j = p / KEY_VECTORS, d = p % KEY_VECTORS;
      shared[j * PITCH + d] = LOAD(
          arena + key_at + (size_t)(k0 + j) * key_stride + head / sharing * key_size + d * VEC);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint p = lane; p < QUERIES * KEYS; p += LANES) {
      uint i = p / KEYS, j = p % KEYS;
      float weight = -INFINITY;
#if KEPT
      if (k0 + (int)j <= row[i] && (k0 + (int)j >= seen_from[i] || k0 + (int)j < start + KEPT)) {
#elif MASK
      if (k0 + (int)j <= row[i] && k0 + (int)j >= seen_from[i]) {
#elif CHOSEN
      if (k0 + (int)j <= row[i] &&
          lists(
              arena + chosen_at + (size_t)row[i] * chosen_stride + head / sharing * choice_step,
              k0 + (int)j - start)) {
#else
      if (k0 + (int)j <= row[i]) {
#endif
        floatv dot = 0;
        for (uint d = 0; d < KEY_VECTORS; d++) {
          dot = FMA(queries[i * QUERY_PITCH + d], shared[j * PITCH + d], dot);
        }
        weight = total(dot) * scale;
#if CAPPED
        weight = CAPPED_AT(cap, weight);
#endif
#if SLOPED
        weight = FMA(slopes[head], (float)(k0 + (int)j - row[i]), weight);
#endif
#if BIASED
        weight += arena[bias_at + (size_t)(k0 + (int)j) * bias_stride + head / sharing];
#endif
      }
      weights[p] = weight;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = lane; i < QUERIES; i += LANES) {
      float now = most[i];
      for (uint j = 0; j < KEYS; j++) {
        now = fmax(now, weights[i * KEYS + j]);
      }
      factor[i] = exp(most[i] - now);
      most[i] = now;
    }
    for (uint p = lane; p < (uint)keys * VALUE_VECTORS; p += LANES) {
      uint j = p / VALUE_VECTORS, d = p % VALUE_VECTORS;
      shared[j * PITCH + d] = LOAD(
          arena + value_at + (size_t)(k0 + j) * value_stride + head / sharing * value_size +
          d * VEC);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint p = lane; p < QUERIES * KEYS; p += LANES) {
      weights[p] = exp(weights[p] - most[p / KEYS]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = lane; i < QUERIES; i += LANES) {
      float block = 0;
      for (uint j = 0; j < KEYS; j++) {
        block += weights[i * KEYS + j];
      }
      sum[i] = FMA(sum[i], factor[i], block);
    }
    EACH_PAIR
    for (uint p = 0; p < PAIRS; p++) {
      const uint pair = lane + p * LANES;
      if (pair < QUERIES * VALUE_VECTORS) {
        const uint i = pair / VALUE_VECTORS, d = pair % VALUE_VECTORS;
        const int seen = min(keys, row[i] - k0 + 1);
#if MASK && !KEPT
        const int hidden = max(0, seen_from[i] - k0);
#else
        const int hidden = 0;
#endif
        floatv value = out[p] * factor[i];
        for (int j = hidden; j < seen; j++) {
          value = FMA((floatv)weights[i * KEYS + j], shared[j * PITCH + d], value);
        }
        out[p] = value;
      }
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  EACH_PAIR
  for (uint p = 0; p < PAIRS; p++) {
    const uint pair = lane + p * LANES;
    const uint i = pair / VALUE_VECTORS, d = pair % VALUE_VECTORS;
    if (pair < QUERIES * VALUE_VECTORS && (int)i < count) {
      STORE(
          out[p] / sum[i],
          arena + out_at + (size_t)(first + i) * out_stride + head * value_size + d * VEC);
    }
  }
}
