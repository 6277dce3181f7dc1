// out(r, n) = Σ_k x(r, k) · w(n, k) + bias(n), rounded to float16; row-major, `stride` apart.
#include "product.cuh"

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    store(const __half *x, uint32_t x_at, const __half *w, const float *bias, int has_bias,
          __half *out, uint32_t out_at, int stride, int rows, int outputs, int input_tiles) {
  out += element(out_at);
  product(x + element(x_at), w, rows, outputs, input_tiles, [=](float(&sums)[128], Place at) {
#pragma unroll
    for (int four = 0; four < 8; four++) {
      if (has_bias) {
#pragma unroll
        for (int i = 0; i < 16; i++) {
          const int n = at.column + 32 * four + 8 * (i / 4) + 2 * at.quarter + i % 2;
          sums[16 * four + i] += n < outputs ? bias[n] : 0.0f;
        }
      }
      uint32_t upper[4], lower[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const int j = 4 * (4 * four + i);
        upper[i] = halves(sums[j], sums[j + 1]);
        lower[i] = halves(sums[j + 2], sums[j + 3]);
      }
      const uint4 row = whole_block(upper[0], upper[1], upper[2], upper[3], at.quarter);
      const uint4 below = whole_block(lower[0], lower[1], lower[2], lower[3], at.quarter);
      const int n = at.column + 32 * four + 8 * at.quarter;
      if (n < outputs) {
        if (at.row < rows) {
          *reinterpret_cast<uint4 *>(out + (size_t)at.row * stride + n) = row;
        }
        if (at.below < rows) {
          *reinterpret_cast<uint4 *>(out + (size_t)at.below * stride + n) = below;
        }
      }
    }
  });
}
