// Causal attention within each window, in one pass, by the tensor cores of a Hopper GPU: out =
// softmax(scale · query · keyᵀ) · value for each head, with a running maximum and sum over blocks of
// KEYS keys that are counted from the window's start, so a row's bits depend on its window alone.
//
// query, key, value: float16, row-major, rows `…_stride` apart; head h reads
// key head h / sharing. rows_of names the token of each row of out, starts_of the first token of its window. tiles [·, 2]: first
// row of out and number of rows (at most QUERIES), all of one window. out: float16, in tiles of 128
// rows and 64 columns as the next product reads them, `out_tiles` of them side by side.
//
// One work-group of two groups of four warps for each (tile, head); each group has 64 queries.
// HEAD, the elements of a head, is a definition: a multiple of 16.
#include "hopper.cuh"
#include "wgmma.cuh"

constexpr int QUERIES = 128;
constexpr int KEYS = 64;
constexpr int WORK_ITEMS = 256;
constexpr int CHUNKS = (HEAD + 63) / 64;  // of 64 columns, each a tile of its own
constexpr int CHUNKS_OF_8 = HEAD / 8;
constexpr int KEY_TILE = KEYS * ROW_HALVES;
constexpr int QUERY_TILE = QUERIES * ROW_HALVES;
constexpr int STAGE = CHUNKS * KEY_TILE;

#define NAME2(a, b) a##b
#define NAME(a, b) NAME2(a, b)

// Copies rows of one head into tiles of `rows` rows, 64 columns each. row_of(i) names the row of i.
template <class RowOf>
__device__ inline void bring(__half *tiles, int rows, const __half *from, int stride, RowOf row_of) {
  for (int i = threadIdx.x; i < rows * CHUNKS_OF_8; i += WORK_ITEMS) {
    const int r = i / CHUNKS_OF_8;
    const int d = i % CHUNKS_OF_8 * 8;
    __half *tile = tiles + d / ROW_HALVES * rows * ROW_HALVES;
    copy_chunk(shared_address(tile + chunk_at(r, d % ROW_HALVES)),
               from + (size_t)row_of(r) * stride + d);
  }
}

__device__ inline uint32_t halves(float first, float second) {
  __half2 both = __floats2half2_rn(first, second);
  return *reinterpret_cast<uint32_t *>(&both);
}

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, HEAD > 128 ? 1 : 2)
    attend(const __half *query, uint32_t query_at, int query_stride, const __half *key,
           uint32_t key_at, int key_stride, const __half *value, uint32_t value_at,
           int value_stride, __half *out, uint32_t out_at, int out_tiles, const int *rows_of, const int *starts_of, const int *tiles, float scale,
           int sharing) {
  __shared__ __align__(1024) __half queries[CHUNKS * QUERY_TILE];
  __shared__ __align__(1024) __half keys[2 * STAGE];
  __shared__ __align__(1024) __half values[2 * STAGE];

  // The last tiles of a window have the most keys: they go first.
  const int tile = gridDim.x - 1 - blockIdx.x;
  const int head = blockIdx.y;
  const int first = tiles[2 * tile];
  const int count = tiles[2 * tile + 1];
  const int start = starts_of[first];
  const int last = rows_of[first + count - 1];
  const int blocks = (last - start) / KEYS + 1;
  query += element(query_at) + head * HEAD;
  key += element(key_at) + head / sharing * HEAD;
  value += element(value_at) + head / sharing * HEAD;
  out += element(out_at);

  auto bring_block = [&](int block) {
    const int k0 = start + block * KEYS;
    auto row = [=](int i) { return min(k0 + i, last); };
    bring(keys + block % 2 * STAGE, KEYS, key, key_stride, row);
    bring(values + block % 2 * STAGE, KEYS, value, value_stride, row);
    copies_commit();
  };
  bring(queries, QUERIES, query, query_stride,
        [=](int i) { return rows_of[first + min(i, count - 1)]; });
  bring_block(0);

  const int group = threadIdx.x / 128;
  const int lane = threadIdx.x % 32;
  const int quarter = lane % 4;
  const int row = group * 64 + threadIdx.x % 128 / 32 * 16 + lane / 4;
  const int below = row + 8;
  const int token = row < count ? rows_of[first + row] : -1;
  const int token_below = below < count ? rows_of[first + below] : -1;
  const int first_of_group = rows_of[first + min(group * 64, count - 1)];
  const int last_of_group =
      group * 64 < count ? rows_of[first + min(group * 64 + 63, count - 1)] : -1;
  const float factor = scale * 1.4426950408889634f;

  float sums[HEAD / 2];
#pragma unroll
  for (int i = 0; i < HEAD / 2; i++) {
    sums[i] = 0;
  }
  float most = -1e30f, most_below = -1e30f;
  float total = 0, total_below = 0;

  for (int block = 0; block < blocks; block++) {
    if (block + 1 < blocks) {
      bring_block(block + 1);
      copies_wait<1>();
    } else {
      copies_wait<0>();
    }
    shared_written();
    __syncthreads();
    const int k0 = start + block * KEYS;
    if (k0 <= last_of_group) {
      float s[KEYS / 2];
#pragma unroll
      for (float &each : s) {
        each = 0;
      }
      const __half *k_tiles = keys + block % 2 * STAGE;
      products_begin();
#pragma unroll
      for (int d = 0; d < HEAD; d += 16) {
        const uint64_t left = operand(queries + d / 64 * QUERY_TILE + group * 64 * ROW_HALVES);
        const uint64_t right = operand(k_tiles + d / 64 * KEY_TILE);
        product_64(s, left + d % 64 / 16 * NEXT_16, right + d % 64 / 16 * NEXT_16);
      }
      products_commit();
      products_wait<0>();

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
      float now = most, now_below = most_below;
#pragma unroll
      for (int i = 0; i < KEYS / 2; i += 4) {
        now = fmaxf(now, fmaxf(s[i], s[i + 1]));
        now_below = fmaxf(now_below, fmaxf(s[i + 2], s[i + 3]));
      }
#pragma unroll
      for (int step = 1; step <= 2; step *= 2) {
        now = fmaxf(now, __shfl_xor_sync(~0u, now, step));
        now_below = fmaxf(now_below, __shfl_xor_sync(~0u, now_below, step));
      }
      const float fade = power_of_two((most - now) * factor);
      const float fade_below = power_of_two((most_below - now_below) * factor);
      most = now;
      most_below = now_below;
      total *= fade;
      total_below *= fade_below;
      const float less = most * factor;
      const float less_below = most_below * factor;
      uint32_t weights[KEYS / 16][4];
#pragma unroll
      for (int k = 0; k < KEYS / 16; k++) {
#pragma unroll
        for (int i = 0; i < 4; i += 2) {
          const float *of = s + 8 * k + 2 * i;
          const float a = power_of_two(fmaf(of[0], factor, -less));
          const float b = power_of_two(fmaf(of[1], factor, -less));
          const float c = power_of_two(fmaf(of[2], factor, -less_below));
          const float d = power_of_two(fmaf(of[3], factor, -less_below));
          total += a + b;
          total_below += c + d;
          weights[k][i] = halves(a, b);
          weights[k][i + 1] = halves(c, d);
        }
      }
#pragma unroll
      for (int j = 0; j < HEAD / 8; j++) {
        sums[4 * j] *= fade;
        sums[4 * j + 1] *= fade;
        sums[4 * j + 2] *= fade_below;
        sums[4 * j + 3] *= fade_below;
      }

      // Keys are the sum's dimension: 8 of them are 1,024 bytes, 64 columns are a tile.
      const uint32_t v_tiles = shared_address(values + block % 2 * STAGE);
      products_begin();
#pragma unroll
      for (int k = 0; k < KEYS / 16; k++) {
        NAME(product_of_registers_, HEAD)
        (sums, weights[k], operand(v_tiles + k * 16 * ROW_BYTES, KEY_TILE * 2, 8 * ROW_BYTES));
      }
      products_commit();
      products_wait<0>();
    }
    __syncthreads();
  }

  // The four lanes of a row have each seen a part of its keys.
#pragma unroll
  for (int step = 1; step <= 2; step *= 2) {
    total += __shfl_xor_sync(~0u, total, step);
    total_below += __shfl_xor_sync(~0u, total_below, step);
  }
  const float scale_row = 1.0f / total;
  const float scale_below = 1.0f / total_below;
#pragma unroll
  for (int j = 0; j < HEAD / 8; j++) {
    const int n = head * HEAD + 8 * j;
    const int r = first + row;
    const int b = first + below;
    if (row < count) {
      __half *tile = out + ((size_t)(r / 128) * out_tiles + n / ROW_HALVES) * 128 * ROW_HALVES;
      *reinterpret_cast<uint32_t *>(tile + chunk_at(r % 128, n % ROW_HALVES) + 2 * quarter) =
          halves(sums[4 * j] * scale_row, sums[4 * j + 1] * scale_row);
    }
    if (below < count) {
      __half *tile = out + ((size_t)(b / 128) * out_tiles + n / ROW_HALVES) * 128 * ROW_HALVES;
      *reinterpret_cast<uint32_t *>(tile + chunk_at(b % 128, n % ROW_HALVES) + 2 * quarter) =
          halves(sums[4 * j + 2] * scale_below, sums[4 * j + 3] * scale_below);
    }
  }
}
