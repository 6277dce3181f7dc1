// The output layer and its log-sum-exp in one: logits(r, n) = bent(Σ_k x(r, k) · weight(n, k) +
// bias(n)) live in registers, a tile at a time. The vocabulary is cut into chunks of CHUNK tiles; of each a
// row keeps the largest logit and the sum of exponentials relative to it.
// x [rows, depth], a view into the arena; targets [rows]; largest_of and sum_of [chunks, rows];
// target_logits [rows].
// Launch: work-groups of LANES × TEAMS, one for each (chunk, tile of rows). join.cl follows.
// Definitions: those of product.cl; BIAS; those of bent.cl; CHUNK, tiles of a chunk.
// Equals ScoreStep up to float32 rounding of exponentials and their sums; the order of a row's sum
// follows from the vocabulary alone.
#include "product.cl"
#include "bent.cl"

// An element of a vector; an array that is indexed by `wanted` would lie in memory.
inline float element(floatv v, uint wanted) {
  float single[VEC];
  STORE(v, single);
  float value = single[0];
#pragma unroll
  for (uint e = 1; e < VEC; e++) {
    value = wanted == e ? single[e] : value;
  }
  return value;
}

kernel __attribute__((reqd_work_group_size(LANES, TEAMS, 1))) WAVE void score(
    global const float *arena, INPUT_PARAMETERS, WEIGHT_PARAMETERS,
    global const float *bias, float scale, float cap, global const int *targets, global float *largest_of,
    global float *sum_of, global float *target_logits, uint rows) {
  LOCAL_TILES;
#if STAGE == 2
  local float weights[TILE_ROWS * LANES];
  local float inputs[TILE_ROWS * LANES];
#endif
  floatv sums[ITEM_ROWS * RV];
  float most[ITEM_ROWS];
  float exponentials[ITEM_ROWS];
  const uint r0 = get_group_id(1) * TILE_ROWS;
  const uint first = get_local_id(1) * ITEM_ROWS;
  EACH_ROW
  for (uint i = 0; i < ITEM_ROWS; i++) {
    most[i] = -MAXFLOAT;
    exponentials[i] = 0;
  }
  for (uint tile = 0; tile < CHUNK; tile++) {
    const uint n0 = (get_group_id(0) * CHUNK + tile) * TILE_OUTPUTS;
    if (n0 >= outputs) {
      break;
    }
    product(sums, TILES INPUT(r0), rows - r0, WEIGHT, n0);
    EACH_SUM {
      if (ROW_OF(i) >= rows) {
        continue;
      }
      if (IS_WHOLE(i)) {
#if BIAS
        sums[i] += LOAD(bias + OUTPUT_OF(i));
#endif
        sums[i] = BENT(sums[i]);
      } else {
        float single[VEC];
        STORE(sums[i], single);
#pragma unroll
        for (uint e = 0; e < VEC; e++) {
          const uint n = OUTPUT_OF(i) + e;
#if BIAS
          single[e] += n < outputs ? bias[n] : 0.0f;
#endif
          single[e] = n < outputs ? BENT(single[e]) : -INFINITY;
        }
        sums[i] = LOAD(single);
      }
    }
    EACH_SUM {
      if (ROW_OF(i) < rows) {
        const uint wanted = (uint)targets[ROW_OF(i)] - OUTPUT_OF(i);
        if (wanted < VEC) {
          target_logits[ROW_OF(i)] = element(sums[i], wanted);
        }
      }
    }
    EACH_ROW
    for (uint i = 0; i < ITEM_ROWS; i++) {
      if (r0 + first + i < rows) {
        const float before = most[i];
#pragma unroll
        for (uint v = 0; v < RV; v++) {
          most[i] = fmax(most[i], largest(sums[i * RV + v]));
        }
        exponentials[i] *= exp(before - most[i]);
      }
    }
#if STAGE == 2
    // Halves, because the loop would be too long to be unrolled.
    EACH_SUM {
      if (ROW_OF(i) < rows) {
        sums[i].lo = exp(sums[i].lo - most[i]);
      }
    }
    EACH_SUM {
      if (ROW_OF(i) < rows) {
        sums[i].hi = exp(sums[i].hi - most[i]);
        exponentials[i] += total(sums[i]);
      }
    }
#else
    EACH_SUM {
      if (ROW_OF(i) < rows) {
        exponentials[i / RV] += total(exp(sums[i] - most[i / RV]));
      }
    }
#endif
  }
#if STAGE
  // The tiles of the product are free by now: TILE_DEPTH is at least LANES where there are any.
  barrier(CLK_LOCAL_MEM_FENCE);
  EACH_ROW
  for (uint i = 0; i < ITEM_ROWS; i++) {
    weights[(first + i) * LANES + get_local_id(0)] = most[i];
    inputs[(first + i) * LANES + get_local_id(0)] = exponentials[i];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint i = get_local_id(1) * LANES + get_local_id(0); i < TILE_ROWS; i += ITEMS) {
    if (r0 + i < rows) {
      float most_of_all = -MAXFLOAT;
      for (uint lane = 0; lane < LANES; lane++) {
        most_of_all = fmax(most_of_all, weights[i * LANES + lane]);
      }
      float sum = 0;
      for (uint lane = 0; lane < LANES; lane++) {
        sum += inputs[i * LANES + lane] * exp(weights[i * LANES + lane] - most_of_all);
      }
      largest_of[(size_t)get_group_id(0) * rows + r0 + i] = most_of_all;
      sum_of[(size_t)get_group_id(0) * rows + r0 + i] = sum;
    }
  }
#else
  for (uint i = 0; i < ITEM_ROWS && r0 + i < rows; i++) {
    largest_of[(size_t)get_group_id(0) * rows + r0 + i] = most[i];
    sum_of[(size_t)get_group_id(0) * rows + r0 + i] = exponentials[i];
  }
#endif
}
