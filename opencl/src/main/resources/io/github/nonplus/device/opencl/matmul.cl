// Linear layer: out(r, n) = scale · (Σ_k x(r, k) · weight(n, k) + bias(n)) + residual(r, n).
// x [rows, depth], out and residual [rows, outputs], each a view into the arena: its first element
// and the stride from row to row; bias [outputs]. Out may lie where residual lies.
// Launch: work-groups of LANES × TEAMS, one for each tile of (outputs, rows).
// Extras: the sum of 1 if there is a bias, 2 if there is a residual, 4 if scale is not 1.
// Definitions: those of product.cl.
// Equals ProductStep with ScalarProducts, bit for bit where FMA is fma.
#include "product.cl"

#define BIAS 1u
#define RESIDUAL 2u
#define SCALED 4u

kernel __attribute__((reqd_work_group_size(LANES, TEAMS, 1))) WAVE void matmul(
    global float *arena, INPUT_PARAMETERS, WEIGHT_PARAMETERS, global const float *bias,
    ulong residual_at, uint residual_stride, ulong out_at, uint out_stride, uint rows,
    uint extras, float scale) {
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
        floatv value = sums[i * RV + v];
        const uint n = n0 + COLUMN(v);
        global float *out = arena + out_at + (size_t)r * out_stride + n;
        global const float *residual = arena + residual_at + (size_t)r * residual_stride + n;
        if (n + VEC <= outputs) {
          if (extras & BIAS) {
            value += LOAD(bias + n);
          }
          if (extras & SCALED) {
            value *= scale;
          }
          if (extras & RESIDUAL) {
            value += LOAD(residual);
          }
          STORE(value, out);
        } else {
          float single[VEC];
          STORE(value, single);
          for (uint e = 0; n + e < outputs; e++) {
            if (extras & BIAS) {
              single[e] += bias[n + e];
            }
            if (extras & SCALED) {
              single[e] *= scale;
            }
            if (extras & RESIDUAL) {
              single[e] += residual[e];
            }
            out[e] = single[e];
          }
        }
      }
    }
  }
}
