// out(r, n) = silu(Σ_k x(r, k) · gate(n, k)) · Σ_k x(r, k) · up(n, k), rounded to float16, in the tiles
// that the next product reads: `width_tiles` tiles of 64 columns for each TILE_ROWS rows.
//
// w holds outputs from `first_output` on, a multiple of 128. Its tiles hold 128 rows of gate, then the
// same 128 rows of up: a work-item has both.
#include "product.cuh"

__device__ inline float silu(float x) { return x / (1.0f + __expf(-x)); }

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    gate(const __half *x, uint32_t x_at, const __half *w, __half *out, uint32_t out_at,
         int width_tiles, int first_output, int rows, int outputs, int input_tiles) {
  out += element(out_at);
  product(x + element(x_at), w, rows, outputs, input_tiles, [=](float(&sums)[128], Place at) {
#pragma unroll
    for (int four = 0; four < 4; four++) {
      uint32_t upper[4], lower[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float *g = sums + 4 * (4 * four + i);
        const float *u = g + 64;
        upper[i] = halves(silu(g[0]) * u[0], silu(g[1]) * u[1]);
        lower[i] = halves(silu(g[2]) * u[2], silu(g[3]) * u[3]);
      }
      const uint4 row = whole_block(upper[0], upper[1], upper[2], upper[3], at.quarter);
      const uint4 below = whole_block(lower[0], lower[1], lower[2], lower[3], at.quarter);
      const int n = first_output + at.column / 2 + 32 * four + 8 * at.quarter;
      if (n / ROW_HALVES < width_tiles) {
        __half *tile = out + ((size_t)(at.row / TILE_ROWS) * width_tiles + n / ROW_HALVES) * X_TILE;
        const int k = n % ROW_HALVES;
        if (at.row < rows) {
          store_chunk(tile + chunk_at(at.row % TILE_ROWS, k), row);
        }
        if (at.below < rows) {
          store_chunk(tile + chunk_at(at.below % TILE_ROWS, k), below);
        }
      }
    }
  });
}
