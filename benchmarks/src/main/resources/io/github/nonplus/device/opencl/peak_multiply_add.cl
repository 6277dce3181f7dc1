// The peak of float32: fused multiply-adds in registers that wait for nothing but themselves, in
// CHAINS chains of vectors.
// out [work-items].
// Launch: work-groups of LANES.
// Each work-item makes ROUNDS · CHAINS · VEC multiply-adds.
#include "number.cl"

kernel void peak_multiply_add(global float *out, float factor) {
  floatv chain[CHAINS];
#pragma unroll
  for (int c = 0; c < CHAINS; c++) {
    chain[c] = c + (float)get_global_id(0);
  }
  for (int round = 0; round < ROUNDS; round++) {
#pragma unroll
    for (int c = 0; c < CHAINS; c++) {
      chain[c] = FMA(chain[c], (floatv)factor, (floatv)factor);
    }
  }
  floatv sum = 0;
#pragma unroll
  for (int c = 0; c < CHAINS; c++) {
    sum += chain[c];
  }
  out[get_global_id(0)] = total(sum);
}
