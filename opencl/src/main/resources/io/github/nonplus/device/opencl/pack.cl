// Rows for a texture: out(r, k) = x(r, k) for k below depth, 0 from there to pitch.
// x [rows, depth], a view into the arena; out [rows, pitch], pitch a multiple of 4.
// Launch: work-items (k, r), k padded to whole work-groups.
#include "number.cl"

kernel void pack(
    global const float *arena, ulong x_at, uint x_stride, global float *out, uint depth,
    uint pitch) {
  const uint k = get_global_id(0);
  const size_t r = get_global_id(1);
  if (k < pitch) {
    out[r * pitch + k] = k < depth ? arena[x_at + r * x_stride + k] : 0.0f;
  }
}
