// The product by tensor cores of compute capability 8.0 and later. Each of eight warps has 16 rows and
// all outputs of a tile, so that its sums lie as Hopper's do. Inputs go through shared memory 32 at a
// time, half a tile: while one half is multiplied the next is copied. A kernel may declare 48 KiB of
// shared memory and no more.
#pragma once
#include "mma.cuh"

constexpr int WORK_ITEMS = 256;
constexpr int DEPTH = 32;  // inputs of a stage
constexpr int X_STAGE = TILE_ROWS * DEPTH;
constexpr int W_STAGE = TILE_OUTPUTS * DEPTH;

// Where chunk c (of 4) of row r lies in a stage, in halves: no two rows of eight meet in a bank.
__device__ inline int stage_chunk(int r, int c) { return r * DEPTH + ((c ^ (r >> 1 & 3)) << 3); }

// Copies half of a tile of ROWS rows.
template <int ROWS>
__device__ inline void bring_half(__half *stage, const __half *tile, int half) {
#pragma unroll
  for (int i = 0; i < ROWS * 4 / WORK_ITEMS; i++) {
    const int r = threadIdx.x / 4 + i * (WORK_ITEMS / 4);
    const int c = threadIdx.x % 4;
    copy_chunk(shared_address(stage + stage_chunk(r, c)), tile + chunk_at(r, half * DEPTH + c * 8));
  }
}

// Calls finish(sums, place) for every tile of rows × outputs.
template <class Finish>
__device__ inline void product(const __half *x, const __half *w, int rows, int outputs,
                               int input_tiles, Finish finish) {
  __shared__ __align__(128) __half stages[2][X_STAGE + W_STAGE];
  const TileOrder tiles(rows, outputs);
  const int lane = threadIdx.x % 32;
  const int first_row = threadIdx.x / 32 * 16;
  for (int i = blockIdx.x; i < tiles.count(); i += gridDim.x) {
    const Tile tile = tiles.at(i);
    const __half *x_tile = x + (size_t)tile.row * input_tiles * X_TILE;
    const __half *w_tile = w + (size_t)tile.output * input_tiles * W_TILE;
    auto bring = [&](int k) {
      __half *stage = stages[k % 2];
      bring_half<TILE_ROWS>(stage, x_tile + (size_t)(k / 2) * X_TILE, k % 2);
      bring_half<TILE_OUTPUTS>(stage + X_STAGE, w_tile + (size_t)(k / 2) * W_TILE, k % 2);
      copies_commit();
    };
    float sums[TILE_OUTPUTS / 2];
#pragma unroll
    for (float &sum : sums) {
      sum = 0;
    }
    __syncthreads();  // the last tile's stages have been read
    bring(0);
#pragma unroll 1
    for (int k = 0; k < 2 * input_tiles; k++) {
      copies_wait<0>();
      __syncthreads();
      if (k + 1 < 2 * input_tiles) {
        bring(k + 1);
      }
      const __half *of_x = stages[k % 2];
      const __half *of_w = of_x + X_STAGE;
#pragma unroll
      for (int part = 0; part < DEPTH / 16; part++) {
        uint32_t left[4];
        load_blocks(left, shared_address(of_x + stage_chunk(first_row + lane % 16,
                                                            2 * part + lane / 16)));
#pragma unroll
        for (int n = 0; n < TILE_OUTPUTS; n += 16) {
          uint32_t right[4];
          load_blocks(right, shared_address(of_w + stage_chunk(n + lane / 16 * 8 + lane % 8,
                                                               2 * part + lane / 8 % 2)));
          multiply_add(sums + n / 2, left, right[0], right[1]);
          multiply_add(sums + n / 2 + 4, left, right[2], right[3]);
        }
      }
    }
    const int row = tile.row * TILE_ROWS + first_row + lane / 4;
    finish(sums, Place{row, row + 8, tile.output * TILE_OUTPUTS, lane % 4});
  }
}
