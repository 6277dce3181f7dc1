// The peak of memory: a copy, a vector for each work-item.
// from and to [work-items · VEC].
#include "number.cl"

kernel void peak_copy(global const float *from, global float *to) {
  const size_t at = (size_t)get_global_id(0) * VEC;
  STORE(LOAD(from + at), to + at);
}
