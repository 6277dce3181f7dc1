// Causal attention within each window, in one pass: out = softmax(scale · query · keyᵀ) · value for
// each head, with a running maximum and sum (online softmax) over blocks of KEYS keys that are
// counted from the window's start, so a row's bits depend on its window alone.
// query [tokens, heads · size] and out [rows, heads · size]; key and value [tokens, · size]; views
// into the arena. Head h reads key head h / sharing. rows_of [rows] names the token of each row of
// out, starts_of [rows] the first token of its window. tiles [·, 2]: first row of out and number of
// rows (at most QUERIES), all of one window.
// Launch: work-groups of LANES, one for each (tile, head).
// Definitions: VECTORS · VEC is the head's size; QUERIES, KEYS, LANES.
// Equals AttendStep up to float32 rounding.
#include "number.cl"

#define PAIRS ((QUERIES * VECTORS + LANES - 1) / LANES)
// Few of them stay in registers.
#if LANES > 1
#define EACH_PAIR _Pragma("unroll")
#else
#define EACH_PAIR
#endif
#define PITCH (VECTORS + 1) // one more, so that the rows of a tile begin in different banks

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void attend(
    global float *arena, ulong query_at, uint query_stride, ulong key_at, uint key_stride,
    ulong value_at, uint value_stride, ulong out_at, uint out_stride, global const int *rows_of,
    global const int *starts_of, global const int *tiles, float scale, uint sharing) {
  local floatv queries[QUERIES * PITCH];
  local floatv shared[KEYS * PITCH]; // keys, then values
  local float weights[QUERIES * KEYS];
  local float most[QUERIES];
  local float factor[QUERIES];
  local float sum[QUERIES];
  local int row[QUERIES];
  floatv out[PAIRS];
  const uint lane = get_local_id(0);
  const uint head = get_group_id(1);
  const int first = tiles[2 * get_group_id(0)];
  const int count = tiles[2 * get_group_id(0) + 1];
  const int start = starts_of[first];
  const int last = rows_of[first + count - 1];
  const uint width = VECTORS * VEC;
  for (uint i = lane; i < QUERIES; i += LANES) {
    row[i] = (int)i < count ? rows_of[first + i] : -1;
    most[i] = -MAXFLOAT;
    sum[i] = 0;
  }
  for (uint p = lane; p < QUERIES * VECTORS; p += LANES) {
    uint i = p / VECTORS, d = p % VECTORS;
    floatv value = 0;
    if ((int)i < count) {
      value = LOAD(
          arena + query_at + (size_t)rows_of[first + i] * query_stride + head * width + d * VEC);
    }
    queries[i * PITCH + d] = value;
  }
  EACH_PAIR
  for (uint p = 0; p < PAIRS; p++) {
    out[p] = 0;
  }
  for (int k0 = start; k0 <= last; k0 += KEYS) {
    const int keys = min(KEYS, last - k0 + 1);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint p = lane; p < (uint)keys * VECTORS; p += LANES) {
      uint j = p / VECTORS, d = p % VECTORS;
      shared[j * PITCH + d] = LOAD(
          arena + key_at + (size_t)(k0 + j) * key_stride + head / sharing * width + d * VEC);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint p = lane; p < QUERIES * KEYS; p += LANES) {
      uint i = p / KEYS, j = p % KEYS;
      float weight = -INFINITY;
      if (k0 + (int)j <= row[i]) {
        floatv dot = 0;
        for (uint d = 0; d < VECTORS; d++) {
          dot = FMA(queries[i * PITCH + d], shared[j * PITCH + d], dot);
        }
        weight = total(dot) * scale;
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
    for (uint p = lane; p < (uint)keys * VECTORS; p += LANES) {
      uint j = p / VECTORS, d = p % VECTORS;
      shared[j * PITCH + d] = LOAD(
          arena + value_at + (size_t)(k0 + j) * value_stride + head / sharing * width + d * VEC);
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
      if (pair < QUERIES * VECTORS) {
        const uint i = pair / VECTORS, d = pair % VECTORS;
        const int seen = min(keys, row[i] - k0 + 1);
        floatv value = out[p] * factor[i];
        for (int j = 0; j < seen; j++) {
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
    const uint i = pair / VECTORS, d = pair % VECTORS;
    if (pair < QUERIES * VECTORS && (int)i < count) {
      STORE(
          out[p] / sum[i],
          arena + out_at + (size_t)(first + i) * out_stride + head * width + d * VEC);
    }
  }
}
