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

#if HEAD > 128
#define KEYS 64
#else
#define KEYS 128
#endif
#include "attention.cuh"

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)
#define PRODUCT_OF_KEYS NAME(product_, KEYS)
#define PRODUCT_OF_VALUES NAME(product_of_registers_, HEAD)

constexpr int COPYING = 128;  // work-items
constexpr int WORK_ITEMS = 3 * 128;
constexpr int STAGES = 2;                       // of keys, and of values
constexpr int TURN_STAGES = HEAD > 128 ? 1 : 2;  // of queries
// Of the 168 that each work-item begins with.
constexpr int COPYING_REGISTERS = HEAD > 128 ? 40 : 56;
constexpr int COMPUTING_REGISTERS = HEAD > 128 ? 232 : 224;

constexpr int QUERY_TILE = QUERIES * ROW_HALVES;

// What a work-group does in one turn.
struct Turn {
  int head;             // -1: nothing is left to do
  int first;            // row of out
  int count;            // of rows
  int start;            // first token of the window
  int last;             // last token that a row sees
  int tokens[QUERIES];  // of rows; beyond `count` the last one's

  __device__ int blocks() const { return (last - start) / KEYS + 1; }
};

struct Shared {
  __align__(1024) __half queries[TURN_STAGES][CHUNKS * QUERY_TILE];
  __align__(1024) __half keys[STAGES][BLOCK];
  __align__(1024) __half values[STAGES][BLOCK];
  Turn turns[TURN_STAGES];
  int next_turn;
  uint64_t queries_full[TURN_STAGES], queries_empty[TURN_STAGES];
  uint64_t keys_full[STAGES], keys_empty[STAGES];
  uint64_t values_full[STAGES], values_empty[STAGES];
};

// Blocks are counted over all turns: of block n, which of the stages it is in, and whose turn there
// it is.
__device__ inline int stage(int n) { return n % STAGES; }
__device__ inline uint32_t phase(int n) { return n / STAGES & 1; }

// Waits for all work-items that copy.
__device__ inline void copying_together() {
  asm volatile("bar.sync 1, %0;" ::"n"(COPYING) : "memory");
}

// The copies of one work-item, of which the youngest are under way while the next are asked for.
struct Copies {
  uint64_t *under_way = nullptr;  // the barrier that is told when they are done

  // What has been copied since is `full`'s.
  __device__ void end(uint64_t *full) {
    copies_commit();
    if (under_way != nullptr) {
      copies_wait<1>();
      tell();
    }
    under_way = full;
  }

  __device__ void end_all() {
    if (under_way != nullptr) {
      copies_wait<0>();
      tell();
    }
  }

  __device__ void tell() {
    shared_written();
    barrier_arrive(under_way);
  }
};

// Takes turns until there are none, and copies what they need: a block's keys before the values of
// the block before, as they are read.
__device__ inline void copy_turns(Shared &shared, Matrix query, Matrix key, Matrix value,
                                  Tiles of) {
  Copies copies;
  int n = 0;
  int taken = blockIdx.x;
  for (int turn = 0;; turn++) {
    const int slot = turn % TURN_STAGES;
    barrier_wait(&shared.queries_empty[slot], turn / TURN_STAGES & 1 ^ 1);
    Turn &now = shared.turns[slot];
    if (taken >= of.tile_count * of.heads) {
      now.head = -1;
      copies.end_all();
      barrier_arrive(&shared.queries_full[slot]);
      break;
    }
    // The last tiles of a window have the most keys: they go first.
    const int tile = of.tile_count - 1 - taken / of.heads;
    const int head = taken % of.heads;
    const int first = of.tiles[2 * tile];
    const int count = of.tiles[2 * tile + 1];
    const int start = of.starts_of[first];
    const int last = of.rows_of[first + count - 1];
    if (threadIdx.x == 0) {
      now.head = head;
      now.first = first;
      now.count = count;
      now.start = start;
      now.last = last;
      shared.next_turn = take_turn(of.turns);
    }
    now.tokens[threadIdx.x] = of.rows_of[first + min((int)threadIdx.x, count - 1)];
    copying_together();
    taken = shared.next_turn;
    bring<QUERIES, COPYING>(shared.queries[slot], Matrix{query.at + head * HEAD, query.stride},
                   [&](int i) { return now.tokens[i]; });
    copies.end(&shared.queries_full[slot]);

    const int blocks = (last - start) / KEYS + 1;
    auto bring_block = [&](int block, __half(*stages)[BLOCK], uint64_t *full, uint64_t *empty,
                           Matrix from) {
      barrier_wait(&empty[stage(n + block)], phase(n + block) ^ 1);
      bring<KEYS, COPYING>(stages[stage(n + block)],
                  Matrix{from.at + head / of.sharing * HEAD, from.stride},
                  [=](int i) { return min(start + block * KEYS + i, last); });
      copies.end(&full[stage(n + block)]);
    };
    for (int block = 0; block <= blocks; block++) {
      if (block < blocks) {
        bring_block(block, shared.keys, shared.keys_full, shared.keys_empty, key);
      }
      if (block > 0) {
        bring_block(block - 1, shared.values, shared.values_full, shared.values_empty, value);
      }
    }
    n += blocks;
    copying_together();  // all have read next_turn
  }
  end_turns(of.turns);
}

// Registers that products have written stay where they are until they are used.
template <int COUNT>
__device__ inline void settle(float (&registers)[COUNT]) {
#pragma unroll
  for (float &each : registers) {
    asm volatile("" : "+f"(each));
  }
}

template <int COUNT>
__device__ inline void settle(uint32_t (&registers)[COUNT]) {
#pragma unroll
  for (uint32_t &each : registers) {
    asm volatile("" : "+r"(each));
  }
}

// One group's half of each turn.
__device__ inline void attend_turns(Shared &shared, __half *out, int out_tiles, float factor) {
  const int group = threadIdx.x / 128 - 1;
  const bool leads = threadIdx.x % 128 == 0;
  const int row = group * 64 + threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4;
  auto release = [=](uint64_t *empty) {
    if (leads) {
      barrier_arrive(empty);
    }
  };
  int n = 0;
  for (int turn = 0;; turn++) {
    const int slot = turn % TURN_STAGES;
    barrier_wait(&shared.queries_full[slot], turn / TURN_STAGES & 1);
    const Turn &now = shared.turns[slot];
    if (now.head < 0) {
      break;
    }
    const int start = now.start;
    const int token = now.tokens[row];
    const int token_below = now.tokens[row + 8];
    const int first_of_group = now.tokens[group * 64];
    const int blocks = now.blocks();
    // Blocks that a row of this group sees.
    const int own = group * 64 < now.count ? (now.tokens[group * 64 + 63] - start) / KEYS + 1 : 0;
    const Place to{out, out_tiles, now.head * HEAD, now.first + row, now.first + row + 8,
                   row < now.count, row + 8 < now.count};
    const __half *queries = shared.queries[slot] + group * 64 * ROW_HALVES;

    float s[KEYS / 2];
    float sums[HEAD / 2];
    uint32_t weights[KEYS / 16][4];
    Running of_row, of_below;
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
        const uint64_t left = operand(queries + d / 64 * QUERY_TILE) + d % 64 / 16 * NEXT_16;
        const uint64_t right = operand(keys + d / 64 * KEY_TILE) + d % 64 / 16 * NEXT_16;
        if (d == 0) {
          PRODUCT_OF_KEYS<false>(s, left, right);
        } else {
          PRODUCT_OF_KEYS<true>(s, left, right);
        }
      }
      products_commit();
    };
    auto keys_done = [&](int block) {
      settle(s);
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
      settle(sums);
#pragma unroll
      for (auto &each : weights) {
        settle(each);
      }
      release(&shared.values_empty[stage(n + block)]);
    };
    auto soften_block = [&](int block) {
      const int k0 = start + block * KEYS;
      // Only the last blocks hold keys that some of these queries do not see.
      if (k0 + KEYS - 1 > first_of_group) {
        hide(s, 0, k0, token);
        hide(s, 1, k0, token_below);
      }
      soften(s, 0, of_row, factor);
      soften(s, 1, of_below, factor);
    };
    auto round_weights = [&] {
#pragma unroll
      for (int i = 0; i < KEYS / 4; i++) {
        weights[i / 4][i % 4] = halves(s[2 * i], s[2 * i + 1]);
      }
    };

    if (own > 0) {
      times_keys(0);
      products_wait<0>();
      keys_done(0);
      soften_block(0);
      round_weights();
#pragma unroll 1
      for (int block = 1; block < own; block++) {
        times_keys(block);
        times_values(block - 1);
        products_wait<1>();
        keys_done(block);
        soften_block(block);
        products_wait<0>();
        values_done(block - 1);
#pragma unroll
        for (int i = 0; i < HEAD / 2; i++) {
          sums[i] *= i % 4 < 2 ? of_row.fade : of_below.fade;
        }
        round_weights();
      }
      times_values(own - 1);
      products_wait<0>();
      values_done(own - 1);
    } else {
      release(&shared.queries_empty[slot]);
    }
    // What only the other group sees is let go when its turn is there.
#pragma unroll 1
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
      of_row.total += __shfl_xor_sync(~0u, of_row.total, step);
      of_below.total += __shfl_xor_sync(~0u, of_below.total, step);
    }
    write(sums, 1.0f / of_row.total, 1.0f / of_below.total, to);
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
  if (threadIdx.x < COPYING) {
    registers_give<COPYING_REGISTERS>();
    copy_turns(shared, Matrix{query + element(query_at), query_stride},
               Matrix{key + element(key_at), key_stride},
               Matrix{value + element(value_at), value_stride},
               Tiles{rows_of, starts_of, tiles, tile_count, heads, sharing, turns});
  } else {
    registers_take<COMPUTING_REGISTERS>();
    attend_turns(shared, out + element(out_at), out_tiles, scale * 1.4426950408889634f);
  }
}
