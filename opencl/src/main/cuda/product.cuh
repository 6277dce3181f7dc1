// The product of a matrix of activations with a matrix of weights, x · wᵀ, by tensor cores: float16
// operands, float32 sums. What becomes of a tile of sums is the kernel's own.
//
// Operands lie in global memory as tiles of 64 inputs and TILE_ROWS rows (of x) or TILE_OUTPUTS rows
// (of w), in the order of words.cuh, the tiles of one group of rows one after another. One
// work-group for each multiprocessor walks over the output tiles.
//
// A sum is taken in one order that follows from the number of inputs alone.
//
// With the definition MMA it is made for compute capability 8.0 and later, else for Hopper.
#pragma once
#include "words.cuh"

constexpr int TILE_ROWS = 128;
constexpr int TILE_OUTPUTS = 256;
constexpr int X_TILE = TILE_ROWS * ROW_HALVES;
constexpr int W_TILE = TILE_OUTPUTS * ROW_HALVES;

// One tile of sums as a work-item sees it: its rows, and its first column of each 8.
struct Place {
  int row;      // of sums 4 j and 4 j + 1
  int below;    // of sums 4 j + 2 and 4 j + 3
  int column;   // first of the tile
  int quarter;  // which quarter of 8 columns: lane % 4
};

struct Tile {
  int row, output;
};

// The tiles of a product in the order in which they are taken: a band of row tiles goes through one
// column of tiles together, so that the cache serves them.
struct TileOrder {
  static constexpr int TOGETHER = 16;
  int row_tiles, output_tiles;

  __device__ TileOrder(int rows, int outputs)
      : row_tiles((rows + TILE_ROWS - 1) / TILE_ROWS),
        output_tiles((outputs + TILE_OUTPUTS - 1) / TILE_OUTPUTS) {}

  __device__ int count() const { return row_tiles * output_tiles; }

  __device__ Tile at(int i) const {
    const int band = TOGETHER * output_tiles;
    const int first = i / band * TOGETHER;
    const int together = min(TOGETHER, row_tiles - first);
    return Tile{first + i % band % together, i % band / together};
  }
};

#ifdef MMA
#include "product_mma.cuh"
#else
#include "product_wgmma.cuh"
#endif
