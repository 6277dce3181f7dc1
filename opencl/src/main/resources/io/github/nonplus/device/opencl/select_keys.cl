// The choice of keys: out(r) has for each choice c the positions of the KEPT keys with the largest
// scores of those that are not after row r's token, ascending, of equal ones the first; then the
// margin. Of a row with no more keys, 0 … KEPT − 1.
// Rows are first … first + rows − 1. Where RANKED is 1, the score of key j is column c of its row of
// scores [tokens, CHOICES], a view into the arena; else it is scores(r − first, j) of [·, stride].
// positions [tokens]; out [tokens, CHOICES · KEPT + 1], a view into the arena.
// Launch: a work-item for each row, padded to whole work-groups.
// Definitions: KEPT, CHOICES, RANKED.
// Equals KeyChoice, bit for bit but for the margin.
#include "number.cl"

// Scores in the order of whole numbers; both zeros are one.
inline uint order_of(float score) {
  const int bits = as_int(score + 0.0f);
  return as_uint(bits ^ ((bits >> 31) & 0x7fffffff)) ^ 0x80000000u;
}

inline float score_of(uint order) {
  const int bits = as_int(order ^ 0x80000000u);
  return as_float(bits ^ ((bits >> 31) & 0x7fffffff));
}

kernel void select_keys(
    global float *arena, global const float *given, ulong scores_at, uint scores_stride,
    global const int *positions, uint first, uint rows, ulong out_at, uint out_stride) {
  const size_t r = get_global_id(0);
  if (r >= rows) {
    return;
  }
  const size_t row = first + r;
  const int seen = positions[row] + 1;
  global float *out = arena + out_at + row * out_stride;
  float margin = FLT_MAX;
  for (uint c = 0; c < CHOICES; c++) {
    if (seen <= KEPT) {
      for (uint k = 0; k < KEPT; k++) {
        out[c * KEPT + k] = k;
      }
      continue;
    }
#if RANKED
    global const float *scores = arena + scores_at + (row + 1 - seen) * scores_stride + c;
    const size_t step = scores_stride;
#else
    global const float *scores = given + r * scores_stride;
    const size_t step = 1;
#endif
    // The order of the last that is chosen, bit by bit: the largest that KEPT scores reach.
    uint least = 0;
    for (uint bit = 1u << 31; bit != 0; bit >>= 1) {
      const uint wanted = least | bit;
      int reached = 0;
      for (int j = 0; j < seen; j++) {
        reached += order_of(scores[j * step]) >= wanted ? 1 : 0;
      }
      least = reached >= KEPT ? wanted : least;
    }
    int ties = KEPT;
    uint next = 0;
    float most = 0;
    for (int j = 0; j < seen; j++) {
      const float score = scores[j * step];
      const uint order = order_of(score);
      ties -= order > least ? 1 : 0;
      next = order < least ? max(next, order) : next;
      most = fmax(most, fabs(score));
    }
    uint chosen = 0;
    bool tied = false;
    for (int j = 0; j < seen; j++) {
      const uint order = order_of(scores[j * step]);
      if (order > least || (order == least && ties > 0)) {
        out[c * KEPT + chosen++] = j;
        ties -= order == least ? 1 : 0;
      } else {
        tied = tied || order == least;
      }
    }
    const float gap = tied ? 0.0f : score_of(least) - score_of(next);
    margin = fmin(margin, gap == 0 ? 0.0f : gap / most);
  }
  out[CHOICES * KEPT] = margin;
}
