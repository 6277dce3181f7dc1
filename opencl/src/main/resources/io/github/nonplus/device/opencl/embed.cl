// Rows of a table: out(t, k) = scale · table(rows_of(t) + offset, k).
// rows_of [rows], ids of tokens or positions in their windows; table as in weight.cl; out [rows,
// depth], a view into the arena.
// Launch: work-items (k, t), k padded to whole work-groups.
// Equals RowSteps.embed, bit for bit.
#include "weight.cl"

kernel void embed(
    global float *arena, global const int *rows_of, WEIGHT_PARAMETERS, uint offset, float scale,
    ulong out_at, uint out_stride) {
  const uint k = get_global_id(0);
  const size_t t = get_global_id(1);
  if (k < depth) {
    arena[out_at + t * out_stride + k] =
        weight_at(WEIGHT, (uint)rows_of[t] + offset, k) * scale;
  }
}
