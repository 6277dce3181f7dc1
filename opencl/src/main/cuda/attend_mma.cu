// The attention of attend.cu, with the same parameters and the same turns, by the tensor cores of
// compute capability 8.0 and later.
//
// Each of eight warps has 16 queries, in registers. Keys and values of a block have a place each in
// shared memory: while the weights are made and multiplied the next keys are copied, while the next
// scores are made the next values. A kernel may declare 48 KiB of shared memory and no more.
//
// HEAD, the elements of a head, is a definition: a multiple of 16.
#include "mma.cuh"

#if HEAD > 128
#define KEYS 32
#else
#define KEYS 64
#endif
#include "attention.cuh"

constexpr int WORK_ITEMS = 256;

// The queries of a warp's rows, as products take them.
__device__ inline void load_queries(uint32_t (&queries)[HEAD / 16][4], Matrix query, int row,
                                    int below) {
  const __half *of_row = query.at + (size_t)row * query.stride + threadIdx.x % 4 * 2;
  const __half *of_below = query.at + (size_t)below * query.stride + threadIdx.x % 4 * 2;
#pragma unroll
  for (int d = 0; d < HEAD / 16; d++) {
    queries[d][0] = *reinterpret_cast<const uint32_t *>(of_row + 16 * d);
    queries[d][1] = *reinterpret_cast<const uint32_t *>(of_below + 16 * d);
    queries[d][2] = *reinterpret_cast<const uint32_t *>(of_row + 16 * d + 8);
    queries[d][3] = *reinterpret_cast<const uint32_t *>(of_below + 16 * d + 8);
  }
}

// s = queries · keysᵀ.
__device__ inline void times_keys(float (&s)[KEYS / 2], const uint32_t (&queries)[HEAD / 16][4],
                                  const __half *keys) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (float &each : s) {
    each = 0;
  }
#pragma unroll
  for (int d = 0; d < HEAD / 16; d++) {
    const __half *tile = keys + d / 4 * KEY_TILE;
#pragma unroll
    for (int k = 0; k < KEYS; k += 16) {
      uint32_t blocks[4];
      load_blocks(blocks, shared_address(tile + chunk_at(k + lane / 16 * 8 + lane % 8,
                                                         d % 4 * 16 + lane / 8 % 2 * 8)));
      multiply_add(s + k / 2, queries[d], blocks[0], blocks[1]);
      multiply_add(s + k / 2 + 4, queries[d], blocks[2], blocks[3]);
    }
  }
}

// sums += weights · values, the weights rounded to float16.
__device__ inline void times_values(float (&sums)[HEAD / 2], const float (&weights)[KEYS / 2],
                                    const __half *values) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int k = 0; k < KEYS / 16; k++) {
    uint32_t left[4];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      left[i] = halves(weights[8 * k + 2 * i], weights[8 * k + 2 * i + 1]);
    }
#pragma unroll
    for (int d = 0; d < HEAD; d += 16) {
      uint32_t blocks[4];
      load_blocks_transposed(
          blocks, shared_address(values + d / 64 * KEY_TILE +
                                 chunk_at(16 * k + lane % 16, d % 64 + lane / 16 * 8)));
      multiply_add(sums + d / 2, left, blocks[0], blocks[1]);
      multiply_add(sums + d / 2 + 4, left, blocks[2], blocks[3]);
    }
  }
}

// One (tile, head).
__device__ inline void attend_turn(__half *keys, __half *values, Matrix query, Matrix key,
                                   Matrix value, const Tiles &of, int taken, __half *out,
                                   int out_tiles, float factor) {
  // The last tiles of a window have the most keys: they go first.
  const int tile = of.tile_count - 1 - taken / of.heads;
  const int head = taken % of.heads;
  const int first = of.tiles[2 * tile];
  const int count = of.tiles[2 * tile + 1];
  const int start = of.starts_of[first];
  const int last = of.rows_of[first + count - 1];
  const int blocks = (last - start) / KEYS + 1;
  const int first_row = threadIdx.x / 32 * 16;
  const int row = first_row + threadIdx.x % 32 / 4;
  const int below = row + 8;
  auto token_of = [&](int i) { return of.rows_of[first + min(i, count - 1)]; };
  const int token = token_of(row);
  const int token_below = token_of(below);
  const int first_of_warp = token_of(first_row);
  const int last_of_warp = first_row < count ? token_of(first_row + 15) : -1;

  auto bring_block = [&](int block, __half *to, Matrix from) {
    bring<KEYS, WORK_ITEMS>(to, Matrix{from.at + head / of.sharing * HEAD, from.stride},
                            [=](int i) { return min(start + block * KEYS + i, last); });
    copies_commit();
  };
  bring_block(0, keys, key);
  bring_block(0, values, value);

  uint32_t queries[HEAD / 16][4];
  load_queries(queries, Matrix{query.at + head * HEAD, query.stride}, token, token_below);
  float sums[HEAD / 2];
#pragma unroll
  for (float &sum : sums) {
    sum = 0;
  }
  Running of_row, of_below;

#pragma unroll 1
  for (int block = 0; block < blocks; block++) {
    const int k0 = start + block * KEYS;
    const bool seen = k0 <= last_of_warp;
    float s[KEYS / 2];
    copies_wait<1>();
    __syncthreads();
    if (seen) {
      times_keys(s, queries, keys);
    }
    __syncthreads();
    if (block + 1 < blocks) {
      bring_block(block + 1, keys, key);
      copies_wait<1>();
    } else {
      copies_wait<0>();
    }
    __syncthreads();
    if (seen) {
      // Only the last blocks hold keys that some of these queries do not see.
      if (k0 + KEYS - 1 > first_of_warp) {
        hide(s, 0, k0, token);
        hide(s, 1, k0, token_below);
      }
      soften(s, 0, of_row, factor);
      soften(s, 1, of_below, factor);
#pragma unroll
      for (int i = 0; i < HEAD / 2; i++) {
        sums[i] *= i % 4 < 2 ? of_row.fade : of_below.fade;
      }
      times_values(sums, s, values);
    }
    __syncthreads();
    if (block + 1 < blocks) {
      bring_block(block + 1, values, value);
    }
  }

  // The four lanes of a row have each seen a part of its keys.
#pragma unroll
  for (int step = 1; step <= 2; step *= 2) {
    of_row.total += __shfl_xor_sync(~0u, of_row.total, step);
    of_below.total += __shfl_xor_sync(~0u, of_below.total, step);
  }
  write(sums, 1.0f / of_row.total, 1.0f / of_below.total,
        Place{out, out_tiles, head * HEAD, first + row, first + below, row < count, below < count});
}

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    attend(const __half *query, uint32_t query_at, int query_stride, const __half *key,
           uint32_t key_at, int key_stride, const __half *value, uint32_t value_at,
           int value_stride, __half *out, uint32_t out_at, int out_tiles, const int *rows_of,
           const int *starts_of, const int *tiles, int tile_count, int heads, int *turns,
           float scale, int sharing) {
  __shared__ __align__(128) __half keys[BLOCK];
  __shared__ __align__(128) __half values[BLOCK];
  __shared__ int next_turn;
  const Tiles of{rows_of, starts_of, tiles, tile_count, heads, sharing, turns};
  for (int taken = blockIdx.x; taken < tile_count * heads;) {
    attend_turn(keys, values, Matrix{query + element(query_at), query_stride},
                Matrix{key + element(key_at), key_stride},
                Matrix{value + element(value_at), value_stride}, of, taken,
                out + element(out_at), out_tiles, scale * 1.4426950408889634f);
    if (threadIdx.x == 0) {
      next_turn = take_turn(turns);
    }
    __syncthreads();
    taken = next_turn;
    __syncthreads();
  }
  end_turns(turns);
}
