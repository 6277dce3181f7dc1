// Causal attention within each window, in one pass, by the tensor cores of a Hopper GPU: out =
// softmax(scale · query · keyᵀ) · value for each head, with a running maximum and sum over blocks of
// KEYS keys that are counted from the window's start, so a row's bits depend on its window alone.
//
// query, key, value: float16, row-major, rows `…_stride` apart; head h reads key head h / sharing.
// rows_of names the token of each row of out, starts_of the first token of its window. tiles
// [tile_count, 2]: first row of out and number of rows (at most QUERIES), all of one window. out:
// float16, in tiles of 128 rows and 64 columns as the next product reads them, `out_tiles` of them
// side by side. turns [2]: zeros, which it leaves as it found them.
//
// One work-group for each multiprocessor takes one (tile, head) after another, whoever is free the
// next. Of its three groups of four warps the first copies rows into shared memory, as far ahead as
// there is room; the others have 64 queries each. While the tensor cores take a block's weights times
// its values, the weights of the next block are made.
//
// HEAD, the elements of a head, is a definition: a multiple of 16.
#include "hopper.cuh"
#include "wgmma.cuh"

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)
#if HEAD > 128
#define KEYS 64
#else
#define KEYS 128
#endif
#define PRODUCT_OF_KEYS NAME(product_, KEYS)
#define PRODUCT_OF_VALUES NAME(product_of_registers_, HEAD)

constexpr int QUERIES = 128;
constexpr int COPYING = 128;  // work-items
constexpr int WORK_ITEMS = 3 * 128;
constexpr int STAGES = 2;                       // of keys, and of values
constexpr int TURN_STAGES = HEAD > 128 ? 1 : 2;  // of queries
// Of the 168 that each work-item begins with.
constexpr int COPYING_REGISTERS = HEAD > 128 ? 40 : 56;
constexpr int COMPUTING_REGISTERS = HEAD > 128 ? 232 : 224;

constexpr int CHUNKS = (HEAD + 63) / 64;  // of 64 columns, each a tile of its own
constexpr int KEY_TILE = KEYS * ROW_HALVES;
constexpr int QUERY_TILE = QUERIES * ROW_HALVES;
constexpr int BLOCK = CHUNKS * KEY_TILE;

// What a work-group does in one turn.
struct Turn {
  int head;   // -1: nothing is left to do
  int first;  // row of out
  int count;  // of rows
  int start;  // first token of the window
  int last;   // last token that a row sees
  int tokens[QUERIES];  // of rows; beyond `count` the last one's
};

struct Shared {
  __align__(1024) __half queries[TURN_STAGES][CHUNKS * QUERY_TILE];
  __align__(1024) __half keys[STAGES][BLOCK];
  __align__(1024) __half values[STAGES][BLOCK];
  Turn turns[TURN_STAGES];
  uint64_t queries_full[TURN_STAGES], queries_empty[TURN_STAGES];
  uint64_t keys_full[STAGES], keys_empty[STAGES];
  uint64_t values_full[STAGES], values_empty[STAGES];
};

// Copies rows of one head into tiles of ROWS rows, 64 columns each. row_of(i) names the row of i.
template <int ROWS, class RowOf>
__device__ inline void bring(__half *tiles, const __half *from, int stride, RowOf row_of) {
  constexpr int LANES = HEAD <= 32 ? 4 : HEAD <= 64 ? 8 : HEAD <= 128 ? 16 : 32;  // of a row
  const int d = threadIdx.x % LANES * 8;
  if (d < HEAD) {
    __half *tile = tiles + d / ROW_HALVES * ROWS * ROW_HALVES;
#pragma unroll 8
    for (int i = 0; i < ROWS * LANES / COPYING; i++) {
      const int r = threadIdx.x / LANES + i * (COPYING / LANES);
      copy_chunk(shared_address(tile + chunk_at(r, d % ROW_HALVES)),
                 from + (size_t)row_of(r) * stride + d);
    }
  }
}

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    attend(const __half *query, uint32_t query_at, int query_stride, const __half *key,
           uint32_t key_at, int key_stride, const __half *value, uint32_t value_at,
           int value_stride, __half *out, uint32_t out_at, int out_tiles, const int *rows_of,
           const int *starts_of, const int *tiles, int tile_count, int heads, int *turns,
           float scale, int sharing) {
  __shared__ Shared shared;
  if (threadIdx.x == 0) {
    for (int i = 0; i < TURN_STAGES; i++) {
      barrier_create(&shared.queries_full[i], COPYING);
      barrier_create(&shared.queries_empty[i], 2);
    }
    for (int i = 0; i < STAGES; i++) {
      barrier_create(&shared.keys_full[i], COPYING);
      barrier_create(&shared.keys_empty[i], 2);
      barrier_create(&shared.values_full[i], COPYING);
      barrier_create(&shared.values_empty[i], 2);
    }
    barriers_created();
  }
  __syncthreads();

  // Blocks are counted over all turns: of block n, which of the stages it is in, and whose turn
  // there it is.
  auto stage = [](int n) { return n % STAGES; };
  auto phase = [](int n) { return (uint32_t)(n / STAGES & 1); };
  int n = 0;

  if (threadIdx.x < COPYING) {
    registers_give<COPYING_REGISTERS>();
    query += element(query_at);
    key += element(key_at);
    value += element(value_at);
    // Copies that have not been waited for: whose barrier is told when they are done.
    uint64_t *under_way = nullptr;
    auto copies_of = [&](uint64_t *barrier) {
      copies_commit();
      if (under_way != nullptr) {
        copies_wait<1>();
        shared_written();
        barrier_arrive(under_way);
      }
      under_way = barrier;
    };
    auto bring_block = [&](__half(*stages)[BLOCK], uint64_t *full, uint64_t *empty,
                           const __half *from, int stride, int k0, int last, int n) {
      barrier_wait(&empty[stage(n)], phase(n) ^ 1);
      bring<KEYS>(stages[stage(n)], from, stride, [=](int i) { return min(k0 + i, last); });
      copies_of(&full[stage(n)]);
    };

    __shared__ int next_turn;
    int taken = blockIdx.x;
    for (int turn = 0;; turn++) {
      const int slot = turn % TURN_STAGES;
      barrier_wait(&shared.queries_empty[slot], turn / TURN_STAGES & 1 ^ 1);
      Turn &now = shared.turns[slot];
      if (taken >= tile_count * heads) {
        now.head = -1;
        if (under_way != nullptr) {
          copies_wait<0>();
          shared_written();
          barrier_arrive(under_way);
        }
        barrier_arrive(&shared.queries_full[slot]);
        break;
      }
      // The last tiles of a window have the most keys: they go first.
      const int tile = tile_count - 1 - taken / heads;
      const int head = taken % heads;
      const int first = tiles[2 * tile];
      const int count = tiles[2 * tile + 1];
      const int start = starts_of[first];
      const int last = rows_of[first + count - 1];
      if (threadIdx.x == 0) {
        now.head = head;
        now.first = first;
        now.count = count;
        now.start = start;
        now.last = last;
        next_turn = atomicAdd(turns, 1) + gridDim.x;
      }
      now.tokens[threadIdx.x] = rows_of[first + min((int)threadIdx.x, count - 1)];
      asm volatile("bar.sync 1, 128;" ::: "memory");  // of those who copy
      taken = next_turn;
      bring<QUERIES>(shared.queries[slot], query + head * HEAD, query_stride,
                     [&](int i) { return now.tokens[i]; });
      copies_of(&shared.queries_full[slot]);

      const __half *keys_from = key + head / sharing * HEAD;
      const __half *values_from = value + head / sharing * HEAD;
      const int blocks = (last - start) / KEYS + 1;
      for (int block = 0; block < blocks; block++) {
        bring_block(shared.keys, shared.keys_full, shared.keys_empty, keys_from, key_stride,
                    start + block * KEYS, last, n + block);
        if (block > 0) {
          bring_block(shared.values, shared.values_full, shared.values_empty, values_from,
                      value_stride, start + (block - 1) * KEYS, last, n + block - 1);
        }
      }
      n += blocks;
      bring_block(shared.values, shared.values_full, shared.values_empty, values_from,
                  value_stride, start + (blocks - 1) * KEYS, last, n - 1);
      asm volatile("bar.sync 1, 128;" ::: "memory");  // all have read next_turn
    }
    // Whoever ends last leaves the turns as they were.
    if (threadIdx.x == 0 && atomicAdd(turns + 1, 1) == gridDim.x - 1) {
      turns[0] = 0;
      turns[1] = 0;
    }
    return;
  }

  registers_take<COMPUTING_REGISTERS>();
  out += element(out_at);
  const int group = threadIdx.x / 128 - 1;
  const bool leads = threadIdx.x % 128 == 0;
  const int quarter = threadIdx.x % 4;
  const int row = group * 64 + threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4;
  const int below = row + 8;
  const float factor = scale * 1.4426950408889634f;

  for (int turn = 0;; turn++) {
    const int slot = turn % TURN_STAGES;
    barrier_wait(&shared.queries_full[slot], turn / TURN_STAGES & 1);
    const Turn &now = shared.turns[slot];
    const int head = now.head;
    if (head < 0) {
      break;
    }
    const int first = now.first;
    const int count = now.count;
    const int start = now.start;
    const int token = now.tokens[row];
    const int token_below = now.tokens[below];
    const int first_of_group = now.tokens[group * 64];
    const int blocks = (now.last - start) / KEYS + 1;
    // Blocks that a row of this group sees.
    const int own = group * 64 < count ? (now.tokens[group * 64 + 63] - start) / KEYS + 1 : 0;
    const __half *own_queries = shared.queries[slot] + group * 64 * ROW_HALVES;

    auto release = [&](uint64_t *empty) {
      if (leads) {
        barrier_arrive(empty);
      }
    };
    float s[KEYS / 2];
    float sums[HEAD / 2];
    uint32_t weights[KEYS / 16][4];
    float most = -1e30f, most_below = -1e30f;
    float total = 0, total_below = 0;
    float fade, fade_below;
#pragma unroll
    for (float &sum : sums) {
      sum = 0;
    }

    // Begins s = queries · keysᵀ.
    auto times_keys = [&](int block) {
      barrier_wait(&shared.keys_full[stage(n + block)], phase(n + block));
      const __half *keys = shared.keys[stage(n + block)];
      products_begin();
#pragma unroll
      for (int d = 0; d < HEAD; d += 16) {
        const uint64_t left = operand(own_queries + d / 64 * QUERY_TILE) + d % 64 / 16 * NEXT_16;
        const uint64_t right = operand(keys + d / 64 * KEY_TILE) + d % 64 / 16 * NEXT_16;
        if (d == 0) {
          PRODUCT_OF_KEYS<false>(s, left, right);
        } else {
          PRODUCT_OF_KEYS<true>(s, left, right);
        }
      }
      products_commit();
    };
    // They stay where the products have put them.
    auto keys_done = [&](int block) {
#pragma unroll
      for (float &each : s) {
        asm volatile("" : "+f"(each));
      }
      release(&shared.keys_empty[stage(n + block)]);
      if (block == own - 1) {
        release(&shared.queries_empty[slot]);
      }
    };
    // Begins sums += weights · values.
    auto times_values = [&](int block) {
      barrier_wait(&shared.values_full[stage(n + block)], phase(n + block));
      // Keys are the sum's dimension: 8 of them are 1,024 bytes, 64 columns are a tile.
      const uint32_t values = shared_address(shared.values[stage(n + block)]);
      products_begin();
#pragma unroll
      for (int k = 0; k < KEYS / 16; k++) {
        PRODUCT_OF_VALUES<true>(
            sums, weights[k], operand(values + k * 16 * ROW_BYTES, KEY_TILE * 2, 8 * ROW_BYTES));
      }
      products_commit();
    };
    auto values_done = [&](int block) {
#pragma unroll
      for (float &sum : sums) {
        asm volatile("" : "+f"(sum));
      }
#pragma unroll
      for (auto &each : weights) {
#pragma unroll
        for (uint32_t &two : each) {
          asm volatile("" : "+r"(two));
        }
      }
      release(&shared.values_empty[stage(n + block)]);
    };
    // s becomes the block's weights relative to the largest so far.
    auto soften = [&](int block) {
      const int k0 = start + block * KEYS;
      // Only the last blocks hold keys that some of these queries do not see.
      if (k0 + KEYS - 1 > first_of_group) {
#pragma unroll
        for (int j = 0; j < KEYS / 8; j++) {
#pragma unroll
          for (int i = 0; i < 2; i++) {
            const int k = k0 + 8 * j + 2 * quarter + i;
            s[4 * j + i] = k <= token ? s[4 * j + i] : -INFINITY;
            s[4 * j + 2 + i] = k <= token_below ? s[4 * j + 2 + i] : -INFINITY;
          }
        }
      }
      float now_most = most, now_below = most_below;
#pragma unroll
      for (int i = 0; i < KEYS / 2; i += 4) {
        now_most = fmaxf(now_most, fmaxf(s[i], s[i + 1]));
        now_below = fmaxf(now_below, fmaxf(s[i + 2], s[i + 3]));
      }
#pragma unroll
      for (int step = 1; step <= 2; step *= 2) {
        now_most = fmaxf(now_most, __shfl_xor_sync(~0u, now_most, step));
        now_below = fmaxf(now_below, __shfl_xor_sync(~0u, now_below, step));
      }
      fade = power_of_two((most - now_most) * factor);
      fade_below = power_of_two((most_below - now_below) * factor);
      most = now_most;
      most_below = now_below;
      total *= fade;
      total_below *= fade_below;
      const float less = most * factor;
      const float less_below = most_below * factor;
#pragma unroll
      for (int i = 0; i < KEYS / 2; i += 4) {
        s[i] = power_of_two(fmaf(s[i], factor, -less));
        s[i + 1] = power_of_two(fmaf(s[i + 1], factor, -less));
        s[i + 2] = power_of_two(fmaf(s[i + 2], factor, -less_below));
        s[i + 3] = power_of_two(fmaf(s[i + 3], factor, -less_below));
        total += s[i] + s[i + 1];
        total_below += s[i + 2] + s[i + 3];
      }
    };
    auto round = [&] {
#pragma unroll
      for (int k = 0; k < KEYS / 16; k++) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          weights[k][i] = halves(s[8 * k + 2 * i], s[8 * k + 2 * i + 1]);
        }
      }
    };

    if (own > 0) {
      times_keys(0);
      products_wait<0>();
      keys_done(0);
      soften(0);
      round();
#pragma unroll 1
      for (int block = 1; block < own; block++) {
        times_keys(block);
        times_values(block - 1);
        products_wait<1>();
        keys_done(block);
        soften(block);
        products_wait<0>();
        values_done(block - 1);
#pragma unroll
        for (int j = 0; j < HEAD / 8; j++) {
          sums[4 * j] *= fade;
          sums[4 * j + 1] *= fade;
          sums[4 * j + 2] *= fade_below;
          sums[4 * j + 3] *= fade_below;
        }
        round();
      }
      times_values(own - 1);
      products_wait<0>();
      values_done(own - 1);
    } else {
      release(&shared.queries_empty[slot]);
    }
    // What only the other group sees is let go when its turn is there.
    for (int block = own; block < blocks; block++) {
      barrier_wait(&shared.keys_full[stage(n + block)], phase(n + block));
      release(&shared.keys_empty[stage(n + block)]);
      barrier_wait(&shared.values_full[stage(n + block)], phase(n + block));
      release(&shared.values_empty[stage(n + block)]);
    }
    n += blocks;

    // The four lanes of a row have each seen a part of its keys.
#pragma unroll
    for (int step = 1; step <= 2; step *= 2) {
      total += __shfl_xor_sync(~0u, total, step);
      total_below += __shfl_xor_sync(~0u, total_below, step);
    }
    const float scale_row = 1.0f / total;
    const float scale_below = 1.0f / total_below;
    auto tile_of = [&](int r, int column) {
      return out + ((size_t)(r / 128) * out_tiles + column / ROW_HALVES) * QUERY_TILE +
             chunk_at(r % 128, column % ROW_HALVES);
    };
    const int r = first + row;
    const int b = first + below;
#pragma unroll
    for (int j = 0; j + 4 <= HEAD / 8; j += 4) {
      uint32_t upper[4], lower[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float *of = sums + 4 * (j + i);
        upper[i] = halves(of[0] * scale_row, of[1] * scale_row);
        lower[i] = halves(of[2] * scale_below, of[3] * scale_below);
      }
      const uint4 of_row = whole_block(upper[0], upper[1], upper[2], upper[3], quarter);
      const uint4 of_below = whole_block(lower[0], lower[1], lower[2], lower[3], quarter);
      const int column = head * HEAD + 8 * (j + quarter);
      if (row < count) {
        store_chunk(tile_of(r, column), of_row);
      }
      if (below < count) {
        store_chunk(tile_of(b, column), of_below);
      }
    }
#pragma unroll
    for (int j = HEAD / 32 * 4; j < HEAD / 8; j++) {
      const int column = head * HEAD + 8 * j;
      if (row < count) {
        *reinterpret_cast<uint32_t *>(tile_of(r, column) + 2 * quarter) =
            halves(sums[4 * j] * scale_row, sums[4 * j + 1] * scale_row);
      }
      if (below < count) {
        *reinterpret_cast<uint32_t *>(tile_of(b, column) + 2 * quarter) =
            halves(sums[4 * j + 2] * scale_below, sums[4 * j + 3] * scale_below);
      }
    }
  }
}
