// How many rows each expert has: counts [experts].
// routing [rows, 2 · each + 1], a view into the arena, whose first `each` columns are experts.
// Launch: a work-item for each expert, padded to whole work-groups.
#include "number.cl"

kernel void group_count(
    global const float *arena, ulong routing_at, uint routing_stride, uint each, uint rows,
    uint experts, global uint *counts) {
  const uint e = get_global_id(0);
  if (e < experts) {
    uint count = 0;
    for (uint r = 0; r < rows; r++) {
      for (uint j = 0; j < each; j++) {
        count += (uint)arena[routing_at + (size_t)r * routing_stride + j] == e;
      }
    }
    counts[e] = count;
  }
}
