// What attention is made of, whatever multiplies: HEAD, the elements of a head, and KEYS, the keys of a
// block, are definitions.
//
// A work-item has scores of two rows: s[4 j + 2 half + i] is key 8 j + 2 (lane % 4) + i of a block, of
// row lane / 4 of its warp's 16 (half 0) or of the one 8 below (half 1). Its sums lie alike.
#pragma once
#include "words.cuh"

constexpr int QUERIES = 128;
constexpr int CHUNKS = (HEAD + 63) / 64;  // of 64 columns, each a tile of its own
constexpr int KEY_TILE = KEYS * ROW_HALVES;
constexpr int BLOCK = CHUNKS * KEY_TILE;

// Float16, row-major.
struct Matrix {
  const __half *at;
  int stride;
};

// What is to be done: the kernel's parameters of the same names.
struct Tiles {
  const int *rows_of, *starts_of, *tiles;
  int tile_count, heads, sharing;
  int *turns;
};

// The next turn of a work-group, after its first, which is its own number.
__device__ inline int take_turn(int *turns) { return atomicAdd(turns, 1) + gridDim.x; }

// Whoever ends last leaves the turns as they were.
__device__ inline void end_turns(int *turns) {
  if (threadIdx.x == 0 && atomicAdd(turns + 1, 1) == gridDim.x - 1) {
    turns[0] = 0;
    turns[1] = 0;
  }
}

// Copies rows of one head into tiles of ROWS rows, 64 columns each. row_of(i) names the row of i.
template <int ROWS, int COPYING, class RowOf>
__device__ inline void bring(__half *tiles, Matrix from, RowOf row_of) {
  constexpr int LANES = HEAD <= 32 ? 4 : HEAD <= 64 ? 8 : HEAD <= 128 ? 16 : 32;  // of a row
  const int d = threadIdx.x % LANES * 8;
  if (d < HEAD) {
    __half *tile = tiles + d / ROW_HALVES * ROWS * ROW_HALVES;
#pragma unroll 8
    for (int i = 0; i < ROWS * LANES / COPYING; i++) {
      const int r = threadIdx.x / LANES + i * (COPYING / LANES);
      copy_chunk(shared_address(tile + chunk_at(r, d % ROW_HALVES)),
                 from.at + (size_t)row_of(r) * from.stride + d);
    }
  }
}

// A row's softmax so far: the largest score and the sum of weights relative to it. A work-item sees
// a part of its row's keys.
struct Running {
  float most = -1e30f;
  float total = 0;
  float fade = 0;  // of what was summed before the last block
};

// Scores beyond a row's own token become −∞. k0 is the block's first key, `half` tells the row below.
__device__ inline void hide(float (&s)[KEYS / 2], int half, int k0, int token) {
#pragma unroll
  for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
    for (int i = 0; i < 2; i++) {
      float &each = s[4 * j + 2 * half + i];
      each = k0 + 8 * j + 2 * ((int)threadIdx.x % 4) + i <= token ? each : -INFINITY;
    }
  }
}

// A row's scores become its weights, relative to the largest so far.
__device__ inline void soften(float (&s)[KEYS / 2], int half, Running &row, float factor) {
  float most = row.most;
#pragma unroll
  for (int j = 2 * half; j < KEYS / 2; j += 4) {
    most = fmaxf(most, fmaxf(s[j], s[j + 1]));
  }
  most = fmaxf(most, __shfl_xor_sync(~0u, most, 1));
  most = fmaxf(most, __shfl_xor_sync(~0u, most, 2));
  row.fade = power_of_two((row.most - most) * factor);
  row.most = most;
  row.total *= row.fade;
  const float less = most * factor;
#pragma unroll
  for (int j = 2 * half; j < KEYS / 2; j += 4) {
    s[j] = power_of_two(fmaf(s[j], factor, -less));
    s[j + 1] = power_of_two(fmaf(s[j + 1], factor, -less));
    row.total += s[j] + s[j + 1];
  }
}

// Where one work-item's two rows of out are.
struct Place {
  __half *out;
  int out_tiles;
  int column;  // first of the head
  int row, below;
  bool has_row, has_below;

  __device__ __half *chunk(int r, int k) const {
    return out +
           ((size_t)(r / 128) * out_tiles + (column + k) / ROW_HALVES) * 128 * ROW_HALVES +
           chunk_at(r % 128, (column + k) % ROW_HALVES);
  }
};

// Writes two rows of sums, each times a number of its own, rounded to float16.
__device__ inline void write(const float (&sums)[HEAD / 2], float row, float below,
                             const Place &to) {
  const int quarter = threadIdx.x % 4;
  auto upper = [&](int j) { return halves(sums[4 * j] * row, sums[4 * j + 1] * row); };
  auto lower = [&](int j) { return halves(sums[4 * j + 2] * below, sums[4 * j + 3] * below); };
#pragma unroll
  for (int j = 0; j + 4 <= HEAD / 8; j += 4) {
    const uint4 of_row = whole_block(upper(j), upper(j + 1), upper(j + 2), upper(j + 3), quarter);
    const uint4 of_below =
        whole_block(lower(j), lower(j + 1), lower(j + 2), lower(j + 3), quarter);
    if (to.has_row) {
      store_chunk(to.chunk(to.row, 8 * (j + quarter)), of_row);
    }
    if (to.has_below) {
      store_chunk(to.chunk(to.below, 8 * (j + quarter)), of_below);
    }
  }
#pragma unroll
  for (int j = HEAD / 32 * 4; j < HEAD / 8; j++) {
    if (to.has_row) {
      *reinterpret_cast<uint32_t *>(to.chunk(to.row, 8 * j) + 2 * quarter) = upper(j);
    }
    if (to.has_below) {
      *reinterpret_cast<uint32_t *>(to.chunk(to.below, 8 * j) + 2 * quarter) = lower(j);
    }
  }
}
