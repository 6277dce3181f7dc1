// Routing: a row of out has the numbers of the chosen experts, ascending, their weights, the margin.
// logits [rows, EXPERTS] and out [rows, 2 · CHOSEN + 1], views into the arena; bias and scales
// [EXPERTS], any memory where there are none.
// choices [rows, CHOSEN] has the experts, and bit 30 of a row's first if the margin is below small.
// Launch: a work-item for each row, padded to whole work-groups.
// Definitions: EXPERTS, CHOSEN, SCORING (Route.Scoring), BIASED, SCALED, DIVIDED, GROUPS of which
// KEPT are kept by the sum of their BEST largest.
// Equals Router, bit for bit where FMA is fma and division is rounded.
#include "number.cl"

#define SOFTMAX 0
#define SIGMOID 1
#define SPARSE 2

#define SIZE (EXPERTS / GROUPS)

// e^x for x ≤ 0, as Exponential.of.
inline float power(float x) {
  if (x < -87.33654f) {
    return 0.0f;
  }
  const float shifted = FMA(x, 0x1.715476p+0f, 0x1.8p+23f);
  const float n = shifted - 0x1.8p+23f;
  const float r = FMA(n, 0x1.05c61p-29f, FMA(n, -0x1.62e43p-1f, x));
  const float series =
      FMA(FMA(FMA(FMA(0x1.6a235p-10f, r, 0x1.123a6cp-7f), r, 0x1.5558f4p-5f), r, 0x1.55549p-3f), r,
          0x1.fffffcp-2f);
  const float mantissa = 1 + FMA(series, r * r, r);
  return as_float(as_int(mantissa) + (as_int(shifted) << 23));
}

// Index of the first of the largest.
inline uint best_of(const float *values, uint count) {
  uint best = 0;
  for (uint i = 1; i < count; i++) {
    best = values[i] > values[best] ? i : best;
  }
  return best;
}

kernel void route(
    global float *arena, ulong logits_at, uint logits_stride, global const float *bias,
    global const float *scales, float added, float least_sum, float factor, float band,
    float small, ulong out_at, uint out_stride, global uint *choices, uint rows) {
  const size_t row = get_global_id(0);
  if (row >= rows) {
    return;
  }
  global const float *logits = arena + logits_at + row * logits_stride;
  global float *out = arena + out_at + row * out_stride;
  float scores[EXPERTS];
  float choice[EXPERTS];
  bool chosen[EXPERTS];
  float margin = FLT_MAX;
  for (uint e = 0; e < EXPERTS; e++) {
    chosen[e] = false;
  }
#if SCORING == SPARSE
  for (uint e = 0; e < EXPERTS; e++) {
    choice[e] = logits[e];
    scores[e] = 0;
  }
  for (uint i = 0; i < 2; i++) {
    const uint best = best_of(choice, EXPERTS);
    const float largest = choice[best];
    float sum = 0;
    for (uint e = 0; e < EXPERTS; e++) {
      const float size = fabs(logits[e]) < largest ? largest : fabs(logits[e]);
      if (choice[e] != -INFINITY && (largest - logits[e]) / size <= band) {
        sum += power(logits[e] - largest);
      }
    }
    scores[best] = 1 / sum;
    chosen[best] = true;
    choice[best] = -INFINITY;
    margin = fmin(margin, largest - choice[best_of(choice, EXPERTS)]);
  }
#else
#if SCORING == SOFTMAX
  float largest = -INFINITY;
  for (uint e = 0; e < EXPERTS; e++) {
    largest = logits[e] > largest ? logits[e] : largest;
  }
  float total = 0;
  for (uint e = 0; e < EXPERTS; e++) {
    scores[e] = power(logits[e] - largest);
    total += scores[e];
  }
  for (uint e = 0; e < EXPERTS; e++) {
    scores[e] /= total;
  }
#else
  for (uint e = 0; e < EXPERTS; e++) {
    const float p = power(-fabs(logits[e]));
    scores[e] = (logits[e] < 0 ? p : 1) / (1 + p);
  }
#endif
  for (uint e = 0; e < EXPERTS; e++) {
#if BIASED
    choice[e] = scores[e] + bias[e];
#else
    choice[e] = scores[e];
#endif
  }
#if GROUPS > 1
  float sums[GROUPS];
  bool kept[GROUPS];
  for (uint g = 0; g < GROUPS; g++) {
    float own[SIZE];
    for (uint e = 0; e < SIZE; e++) {
      own[e] = choice[g * SIZE + e];
    }
    sums[g] = 0;
    kept[g] = false;
    for (uint i = 0; i < BEST; i++) {
      const uint best = best_of(own, SIZE);
      sums[g] += own[best];
      own[best] = -INFINITY;
    }
  }
  float least_kept = 0;
  for (uint i = 0; i < KEPT; i++) {
    const uint best = best_of(sums, GROUPS);
    least_kept = sums[best];
    kept[best] = true;
    sums[best] = -INFINITY;
  }
  for (uint g = 0; g < GROUPS; g++) {
    if (!kept[g]) {
      margin = fmin(margin, least_kept - sums[g]);
      for (uint e = 0; e < SIZE; e++) {
        choice[g * SIZE + e] = -INFINITY;
      }
    }
  }
#endif
  float least = 0;
  for (uint i = 0; i < CHOSEN; i++) {
    const uint best = best_of(choice, EXPERTS);
    least = choice[best];
    chosen[best] = true;
    choice[best] = -INFINITY;
  }
  const float next = choice[best_of(choice, EXPERTS)];
  if (next != -INFINITY) {
    margin = fmin(margin, least - next);
  }
#endif
  float sum = 0;
  for (uint e = 0; e < EXPERTS; e++) {
    sum += chosen[e] ? scores[e] : 0.0f;
  }
  const float raised = sum + added;
  const float divisor = raised < least_sum ? least_sum : raised;
  uint j = 0;
  for (uint e = 0; e < EXPERTS; e++) {
    if (chosen[e]) {
#if DIVIDED
      float weight = scores[e] / divisor;
#else
      float weight = scores[e];
#endif
      weight *= factor;
#if SCALED
      weight *= scales[e];
#endif
      out[j] = e;
      out[CHOSEN + j] = weight;
      j++;
    }
  }
  // Logits that are no numbers may leave fewer: the first expert stands for the others.
  for (; j < CHOSEN; j++) {
    out[j] = 0;
    out[CHOSEN + j] = 0;
  }
  out[2 * CHOSEN] = margin;
  for (j = 0; j < CHOSEN; j++) {
    choices[row * CHOSEN + j] = (uint)out[j] | (j == 0 && margin < small ? 1u << 30 : 0u);
  }
}
