// out(r, n) += Σ_k x(r, k) · w(n, k) + bias(n) in float32, of outputs from `first_output` on; row-major,
// `stride` apart. Each number is changed once; on Hopper by a reduction in the cache, so that nothing is
// waited for.
#include "product.cuh"

__device__ inline void add_four(float *at, float a, float b, float c, float d) {
#ifdef MMA
  float4 *four = reinterpret_cast<float4 *>(at);
  const float4 before = *four;
  *four = make_float4(before.x + a, before.y + b, before.z + c, before.w + d);
#else
  asm volatile("red.global.add.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(at), "f"(a), "f"(b), "f"(c),
               "f"(d)
               : "memory");
#endif
}

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    add(const __half *x, uint32_t x_at, const __half *w, const float *bias, int has_bias, float *out,
        uint32_t out_at, int stride, int first_output, int rows, int outputs, int input_tiles) {
  out += element(out_at) + first_output;
  bias += first_output;
  product(x + element(x_at), w, rows, outputs, input_tiles, [=](float(&sums)[128], Place at) {
    // Of two neighbours the even one takes four columns of the row, the odd one of the row below.
    const bool odd = at.quarter & 1;
    const int row = odd ? at.below : at.row;
    const int column = at.column + at.quarter / 2 * 4;
    const int columns = row < rows ? outputs - column : 0;
    float *target = out + (size_t)row * stride + column;
    if (has_bias) {
#pragma unroll
      for (int i = 0; i < 128; i++) {
        const int n = at.column + 8 * (i / 4) + 2 * at.quarter + i % 2;
        sums[i] += n < outputs ? bias[n] : 0.0f;
      }
    }
#pragma unroll
    for (int j = 0; j < 32; j++) {
      const float first = __shfl_xor_sync(~0u, odd ? sums[4 * j] : sums[4 * j + 2], 1);
      const float second = __shfl_xor_sync(~0u, odd ? sums[4 * j + 1] : sums[4 * j + 3], 1);
      const float a = odd ? first : sums[4 * j];
      const float b = odd ? second : sums[4 * j + 1];
      const float c = odd ? sums[4 * j + 2] : first;
      const float d = odd ? sums[4 * j + 3] : second;
      if (8 * j < columns) {
        add_four(target + 8 * j, a, b, c, d);
      }
    }
  });
}
