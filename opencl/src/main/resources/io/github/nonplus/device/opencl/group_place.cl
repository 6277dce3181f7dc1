// Places of routed rows: those of the first expert, then those of the second, and so on, each
// expert's in the order of the routing. starts [experts + 1], order and places [rows · each]: row
// r · each + j belongs to the j-th expert of row r.
// routing [rows, 2 · each + 1], a view into the arena; counts [experts] of group_count.cl.
// Launch: a work-item for each expert, padded to whole work-groups.
// Equals Grouping.
#include "number.cl"

kernel void group_place(
    global const float *arena, ulong routing_at, uint routing_stride, uint each, uint rows,
    uint experts, global const uint *counts, global uint *starts, global uint *order,
    global uint *places) {
  const uint e = get_global_id(0);
  if (e < experts) {
    uint place = 0;
    for (uint before = 0; before < e; before++) {
      place += counts[before];
    }
    starts[e] = place;
    if (e + 1 == experts) {
      starts[experts] = place + counts[e];
    }
    if (counts[e] > 0) {
      for (uint r = 0; r < rows; r++) {
        for (uint j = 0; j < each; j++) {
          if ((uint)arena[routing_at + (size_t)r * routing_stride + j] == e) {
            order[place] = r * each + j;
            places[r * each + j] = place;
            place++;
          }
        }
      }
    }
  }
}
