// The product of a matrix of activations with a matrix of weights, x · wᵀ, by the tensor cores of a
// Hopper GPU: float16 operands, float32 sums. What becomes of a tile of sums is the kernel's own.
//
// Operands lie in global memory as tiles of 64 inputs and TILE_ROWS rows (of x) or TILE_OUTPUTS rows
// (of w), in the order of hopper.cuh, the tiles of one group of rows one after another. One
// work-group for each multiprocessor walks over the output tiles. Of its three groups of four warps
// the first has the copy engine bring tiles into a ring of STAGES, the others multiply, each 64 rows.
//
// A sum is taken in one order that follows from the number of inputs alone.
#pragma once
#include "hopper.cuh"
#include "wgmma.cuh"

constexpr int TILE_ROWS = 128;
constexpr int TILE_OUTPUTS = 256;
constexpr int STAGES = 4;
constexpr int WORK_ITEMS = 384;
// Tiles of rows that go through one column of tiles together, so that the cache serves them.
constexpr int ROW_TILES_TOGETHER = 16;

constexpr int X_TILE = TILE_ROWS * ROW_HALVES;
constexpr int W_TILE = TILE_OUTPUTS * ROW_HALVES;
constexpr int STAGE_BYTES = (X_TILE + W_TILE) * 2;

// One tile of sums as a work-item sees it: its rows, and its first column of each 8.
struct Place {
  int row;      // of sums 4 j and 4 j + 1
  int below;    // of sums 4 j + 2 and 4 j + 3
  int column;   // first of the tile
  int quarter;  // which quarter of 8 columns: lane % 4
};

// Calls finish(sums, place) for every tile of rows × outputs.
template <class Finish>
__device__ inline void product(const __half *x, const __half *w, int rows, int outputs,
                               int input_tiles, Finish finish) {
  __shared__ __align__(1024) __half ring[STAGES * (X_TILE + W_TILE)];
  __shared__ uint64_t full[STAGES];
  __shared__ uint64_t empty[STAGES];
  if (threadIdx.x == 0) {
    for (int stage = 0; stage < STAGES; stage++) {
      barrier_create(&full[stage], 1);
      barrier_create(&empty[stage], 2);
    }
    barriers_created();
  }
  __syncthreads();

  const int row_tiles = (rows + TILE_ROWS - 1) / TILE_ROWS;
  const int output_tiles = (outputs + TILE_OUTPUTS - 1) / TILE_OUTPUTS;
  const int tiles = row_tiles * output_tiles;
  const int band = ROW_TILES_TOGETHER * output_tiles;
  int stage = 0;
  uint32_t phase = 0;

  if (threadIdx.x < 128) {
    registers_give<40>();
    if (threadIdx.x == 0) {
      for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        const int first = tile / band * ROW_TILES_TOGETHER;
        const int together = min(ROW_TILES_TOGETHER, row_tiles - first);
        const int row_tile = first + tile % band % together;
        const int output_tile = tile % band / together;
        const __half *x_tile = x + (size_t)row_tile * input_tiles * X_TILE;
        const __half *w_tile = w + (size_t)output_tile * input_tiles * W_TILE;
#pragma unroll 1
        for (int k = 0; k < input_tiles; k++) {
          barrier_wait(&empty[stage], phase ^ 1);
          barrier_arrive_expecting(&full[stage], STAGE_BYTES);
          __half *target = ring + stage * (X_TILE + W_TILE);
          copy_bulk(target, x_tile + (size_t)k * X_TILE, X_TILE * 2, &full[stage]);
          copy_bulk(target + X_TILE, w_tile + (size_t)k * W_TILE, W_TILE * 2, &full[stage]);
          stage = stage + 1 == STAGES ? 0 : stage + 1;
          phase ^= stage == 0;
        }
      }
    }
  } else {
    registers_take<232>();
    const int group = threadIdx.x / 128 - 1;
    const int lane = threadIdx.x % 32;
    const bool leads = threadIdx.x % 128 == 0;
    const int first_row = group * 64 + threadIdx.x % 128 / 32 * 16 + lane / 4;
    for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
      const int first = tile / band * ROW_TILES_TOGETHER;
      const int together = min(ROW_TILES_TOGETHER, row_tiles - first);
      const int row_tile = first + tile % band % together;
      const int output_tile = tile % band / together;
      float sums[TILE_OUTPUTS / 2];
#pragma unroll
      for (float &sum : sums) {
        sum = 0;
      }
#pragma unroll 1
      for (int k = 0; k < input_tiles; k++) {
        barrier_wait(&full[stage], phase);
        const __half *x_tile = ring + stage * (X_TILE + W_TILE);
        uint64_t left = operand(x_tile + group * 64 * ROW_HALVES);
        uint64_t right = operand(x_tile + X_TILE);
        products_begin();
#pragma unroll
        for (int part = 0; part < ROW_HALVES / 16; part++) {
          product_256<true>(sums, left + part * NEXT_16, right + part * NEXT_16);
        }
        products_commit();
        // The stage before this one has been read when only this one's products are in flight.
        if (k > 0) {
          products_wait<1>();
          if (leads) {
            barrier_arrive(&empty[stage == 0 ? STAGES - 1 : stage - 1]);
          }
        }
        stage = stage + 1 == STAGES ? 0 : stage + 1;
        phase ^= stage == 0;
      }
      products_wait<0>();
      if (leads) {
        barrier_arrive(&empty[stage == 0 ? STAGES - 1 : stage - 1]);
      }
      // They stay the floating-point registers that the products need, whatever is done with them.
#pragma unroll
      for (float &sum : sums) {
        asm volatile("" : "+f"(sum));
      }
      const int row = row_tile * TILE_ROWS + first_row;
      finish(sums, Place{row, row + 8, output_tile * TILE_OUTPUTS, lane % 4});
    }
  }
}
