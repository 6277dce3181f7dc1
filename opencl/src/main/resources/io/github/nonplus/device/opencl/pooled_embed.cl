// Rows of the embedding, as embed.cl: out(t, k) = table(ids(t), k).
// ids [rows]; table as in pooled_weight.cl; out [rows, depth], a view into the arena.
// Launch: work-items (k, t), k padded to whole work-groups.
// Equals Matrix.decode, bit for bit.
#include "pooled_weight.cl"

kernel void pooled_embed(
    global float *arena, global const int *ids, POOLED_PARAMETERS, ulong out_at, uint out_stride) {
  POOLED_WEIGHT;
  const uint k = get_global_id(0);
  const size_t t = get_global_id(1);
  if (k < depth) {
    arena[out_at + t * out_stride + k] = weight_at(WEIGHT, (uint)ids[t], k);
  }
}
