// The output layer and its log-sum-exp in one: logits(r, n) = Σ_k x(r, k) · w(n, k) + bias(n) stay in
// registers. Of each tile of TILE_OUTPUTS outputs from `first_output` on a row keeps the largest
// logit and the sum of exponentials relative to it: largest_of and sum_of [tiles of the vocabulary,
// rows]. target_logits [rows]: the logit of targets(r). join.cl follows.
#include "product.cuh"

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    score(const __half *x, uint32_t x_at, const __half *w, const float *bias, int has_bias,
          const int *targets, float *largest_of, float *sum_of, float *target_logits,
          int first_output, int rows, int outputs, int input_tiles) {
  product(x + element(x_at), w, rows, outputs, input_tiles, [=](float(&sums)[128], Place at) {
    const float log2e = 1.4426950408889634f;
#pragma unroll
    for (int j = 0; j < 32; j++) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        const int n = at.column + 8 * j + 2 * at.quarter + i;
        const float add = has_bias && n < outputs ? bias[first_output + n] : 0.0f;
        sums[4 * j + i] = n < outputs ? sums[4 * j + i] + add : -INFINITY;
        sums[4 * j + 2 + i] = n < outputs ? sums[4 * j + 2 + i] + add : -INFINITY;
      }
    }
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = half ? at.below : at.row;
      float most = -INFINITY;
#pragma unroll
      for (int j = 0; j < 32; j++) {
        most = fmaxf(most, fmaxf(sums[4 * j + 2 * half], sums[4 * j + 2 * half + 1]));
      }
      most = fmaxf(most, __shfl_xor_sync(~0u, most, 1));
      most = fmaxf(most, __shfl_xor_sync(~0u, most, 2));
      float sum = 0;
#pragma unroll
      for (int j = 0; j < 32; j++) {
        sum += power_of_two((sums[4 * j + 2 * half] - most) * log2e) +
               power_of_two((sums[4 * j + 2 * half + 1] - most) * log2e);
      }
      sum += __shfl_xor_sync(~0u, sum, 1);
      sum += __shfl_xor_sync(~0u, sum, 2);
      if (row < rows) {
        const int target = targets[row] - first_output - at.column;
        if (target >= 0 && target < TILE_OUTPUTS && target % 8 / 2 == at.quarter) {
          float logit = 0;
#pragma unroll
          for (int j = 0; j < 32; j++) {
            const float of_two = target % 2 ? sums[4 * j + 2 * half + 1] : sums[4 * j + 2 * half];
            logit = target / 8 == j ? of_two : logit;
          }
          target_logits[row] = logit;
        }
        if (at.quarter == 0) {
          const size_t tile = (first_output + at.column) / TILE_OUTPUTS;
          largest_of[tile * rows + row] = most;
          sum_of[tile * rows + row] = sum;
        }
      }
    }
  });
}
