// The output layer: logits(r, n) = bent(Σ_k x(r, k) · weight(n, k) + bias(n)), stored.
// x [rows, depth], a view into the arena: its first element and the stride from row to row; bias
// [outputs]; logits [rows, outputs].
// Launch: work-groups of LANES × TEAMS, one for each tile of (outputs, rows).
// Definitions: those of product.cl; BIAS; those of bent.cl.
// Equals ScoreStep.logits with ScalarProducts, bit for bit where FMA is fma and there is no cap.
#include "product.cl"
#include "bent.cl"

kernel __attribute__((reqd_work_group_size(LANES, TEAMS, 1))) WAVE void logits(
    global const float *arena, INPUT_PARAMETERS, WEIGHT_PARAMETERS,
    global const float *bias, float scale, float cap, global float *logits, uint rows) {
  LOCAL_TILES;
  floatv sums[ITEM_ROWS * RV];
  const uint n0 = get_group_id(0) * TILE_OUTPUTS;
  const uint r0 = get_group_id(1) * TILE_ROWS;
  product(sums, TILES INPUT(r0), rows - r0, WEIGHT, n0);
  EACH_ROW
  for (uint i = 0; i < ITEM_ROWS; i++) {
    const uint r = r0 + get_local_id(1) * ITEM_ROWS + i;
    if (r < rows) {
#pragma unroll
      for (uint v = 0; v < RV; v++) {
        const uint n = n0 + COLUMN(v);
        global float *out = logits + (size_t)r * outputs + n;
        float single[VEC];
        STORE(sums[i * RV + v], single);
        for (uint e = 0; e < VEC && n + e < outputs; e++) {
#if BIAS
          single[e] += bias[n + e];
#endif
          out[e] = BENT(single[e]);
        }
      }
    }
  }
}
