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
  if (extras & BIAS) {
    EACH_SUM {
      if (IS_WHOLE(i) && ROW_OF(i) < rows) {
        sums[i] += LOAD(bias + OUTPUT_OF(i));
      }
    }
  }
  if (extras & SCALED) {
    EACH_SUM {
      if (IS_WHOLE(i) && ROW_OF(i) < rows) {
        sums[i] *= scale;
      }
    }
  }
  if (extras & RESIDUAL) {
    EACH_SUM {
      if (IS_WHOLE(i) && ROW_OF(i) < rows) {
        sums[i] +=
            LOAD(arena + residual_at + (size_t)ROW_OF(i) * residual_stride + OUTPUT_OF(i));
      }
    }
  }
  EACH_SUM {
    if (IS_WHOLE(i) && ROW_OF(i) < rows) {
      STORE(sums[i], arena + out_at + (size_t)ROW_OF(i) * out_stride + OUTPUT_OF(i));
    }
  }
  if (n0 + TILE_OUTPUTS <= outputs) {
    return;
  }
  for (uint e = 0; e < VEC; e++) {
    EACH_SUM {
      const uint n = OUTPUT_OF(i) + e;
      float single = first_of(sums[i]);
      if (!IS_WHOLE(i) && n < outputs && ROW_OF(i) < rows) {
        if (extras & BIAS) {
          single += bias[n];
        }
        if (extras & SCALED) {
          single *= scale;
        }
        if (extras & RESIDUAL) {
          single += arena[residual_at + (size_t)ROW_OF(i) * residual_stride + n];
        }
        arena[out_at + (size_t)ROW_OF(i) * out_stride + n] = single;
      }
      sums[i] = rest_of(sums[i]);
    }
  }
}
