// Linear layers of experts: out(r, n) = Σ_k x(r, k) · weight(e, n, k) + bias(e, n), where the rows
// r from starts[e] to starts[e + 1] are those of expert e.
// x [rows, depth] and out [rows, outputs], each a view into the arena; bias [experts, outputs].
// The weights are those of the first expert; of expert e, plane i begins step i bytes further for
// each, the first row is places[2 e], the first column places[2 e + 1].
// Rows of experts from `count` on, which have no weights, become 0; the last of all rows is before
// starts[last].
// Launch: work-groups of LANES × TEAMS, one for each tile of (outputs, rows); the rows of an expert
// begin with a tile of their own, and work-groups beyond the last tile have nothing to do.
// Definitions: those of product.cl.
// Equals ExpertStep with ScalarProducts, bit for bit where FMA is fma.
#include "product.cl"

#define STEP_PARAMETER(i) ulong step##i
#define NEXT_PLANE(i)                                                                              \
  plane##i = (global const uint *)((global const uchar *)plane##i + expert * step##i)

kernel __attribute__((reqd_work_group_size(LANES, TEAMS, 1))) WAVE void experts(
    global float *arena, INPUT_PARAMETERS, WEIGHT_PARAMETERS, EACH_PLANE(STEP_PARAMETER),
    global const uint *places, global const uint *starts, uint count, uint last,
    global const float *bias, uint biased, ulong out_at, uint out_stride) {
  LOCAL_TILES;
  floatv sums[ITEM_ROWS * RV];
  uint tile = get_group_id(1);
  uint expert = 0;
  uint end = starts[0];
  for (; expert < count; expert++) {
    const uint begin = end;
    end = starts[expert + 1];
    const uint tiles = (end - begin + TILE_ROWS - 1) / TILE_ROWS;
    if (tile < tiles) {
      break;
    }
    tile -= tiles;
  }
  if (expert == count) {
    const uint n0 = get_group_id(0) * TILE_OUTPUTS, first = end + tile * TILE_ROWS;
    const uint width = min((uint)TILE_OUTPUTS, outputs - n0);
    for (uint i = get_local_id(1) * LANES + get_local_id(0); i < TILE_ROWS * width;
         i += LANES * TEAMS) {
      const uint r = first + i / width;
      if (r < starts[last]) {
        arena[out_at + (size_t)r * out_stride + n0 + i % width] = 0;
      }
    }
    return;
  }
  EACH_PLANE(NEXT_PLANE);
  first_row = places[2 * expert];
  first_column = places[2 * expert + 1];
  bias += (size_t)expert * outputs;
  const uint n0 = get_group_id(0) * TILE_OUTPUTS;
  const uint r0 = starts[expert] + tile * TILE_ROWS;
  product(sums, TILES INPUT(r0), end - r0, WEIGHT, n0);
  EACH_ROW
  for (uint i = 0; i < ITEM_ROWS; i++) {
    const uint r = r0 + get_local_id(1) * ITEM_ROWS + i;
    if (r < end) {
#pragma unroll
      for (uint v = 0; v < RV; v++) {
        const uint n = n0 + COLUMN(v);
        global float *out = arena + out_at + (size_t)r * out_stride + n;
        float single[VEC];
        STORE(sums[i * RV + v], single);
        for (uint e = 0; e < VEC && n + e < outputs; e++) {
          out[e] = biased ? single[e] + bias[n + e] : single[e];
        }
      }
    }
  }
}
