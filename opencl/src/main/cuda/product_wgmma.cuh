// The product by Hopper's tensor cores. Of a work-group's three groups of four warps the first has the
// copy engine bring tiles into a ring of STAGES, the others multiply, each 64 rows.
#pragma once
#include "hopper.cuh"
#include "wgmma.cuh"

constexpr int STAGES = 4;
constexpr int WORK_ITEMS = 384;
constexpr int STAGE_BYTES = (X_TILE + W_TILE) * 2;

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

  const TileOrder tiles(rows, outputs);
  int stage = 0;
  uint32_t phase = 0;

  if (threadIdx.x < 128) {
    registers_give<40>();
    if (threadIdx.x == 0) {
      for (int i = blockIdx.x; i < tiles.count(); i += gridDim.x) {
        const Tile tile = tiles.at(i);
        const __half *x_tile = x + (size_t)tile.row * input_tiles * X_TILE;
        const __half *w_tile = w + (size_t)tile.output * input_tiles * W_TILE;
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
    for (int i = blockIdx.x; i < tiles.count(); i += gridDim.x) {
      const Tile tile = tiles.at(i);
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
      const int row = tile.row * TILE_ROWS + first_row;
      finish(sums, Place{row, row + 8, tile.output * TILE_OUTPUTS, lane % 4});
    }
  }
}
