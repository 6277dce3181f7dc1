// One tile of a product: TILE_ROWS rows of activations with TILE_OUTPUTS outputs of a weight matrix,
// which is expanded TILE_DEPTH inputs at a time into local memory. Each element is one chain of
// fused multiply-adds from k = 0 upwards, starting with 0, as in ScalarProducts, so its bits
// depend on no tile.
//
// Definitions: those of weight.cl; LANES × TEAMS, the work-group; each work-item computes BLOCKS
// blocks of RM rows × RV vectors; TILE_DEPTH, a multiple of CODES; STAGE, 1 if activations go
// through local memory too (GPUs; BLOCKS is 1), 0 if they are read where they are (CPUs, whose
// work-group is one work-item and whose caches do it), 2 if they are read through the texture cache
// and weights are expanded in registers (GPUs whose buffers bypass that cache, for words that lie
// output by output; BLOCKS and RV are 1, VEC is 4).
#include "weight.cl"

#define ITEM_ROWS (BLOCKS * RM)
#define TILE_ROWS (TEAMS * ITEM_ROWS)
#define TILE_OUTPUTS (LANES * RV * VEC)
#define ITEMS (LANES * TEAMS)
#define TILE_CODES (TILE_DEPTH / CODES)

// Rows of a work-item stay in registers where they are few.
#if STAGE
#define EACH_ROW _Pragma("unroll")
#else
#define EACH_ROW
#endif

// The outputs of a work-item: vector v begins at this column of the tile. Its rows begin at
// ITEM_ROWS · get_local_id(1).
#define COLUMN(v) (((v) * LANES + get_local_id(0)) * VEC)

// Sum i of a work-item belongs to this row and is a vector of the outputs from this one on, in a tile that
// begins at row `r0` and output `n0`. Loops over sums are flat and short: some compilers unroll no others,
// whatever the pragma says, and then keep in memory what is indexed in them.
#define EACH_SUM EACH_ROW for (uint i = 0; i < ITEM_ROWS * RV; i++)
#define ROW_OF(i) (r0 + get_local_id(1) * ITEM_ROWS + (i) / RV)
#define OUTPUT_OF(i) (n0 + COLUMN((i) % RV))
#define IS_WHOLE(i) (OUTPUT_OF(i) + VEC <= outputs)

// The first element of a vector, and what is behind it: a loop over elements that is not unrolled can take
// one after the other without an array in memory.
inline float first_of(floatv v) {
#if VEC == 1
  return v;
#else
  return v.s0;
#endif
}

inline floatv rest_of(floatv v) {
  float single[VEC];
  STORE(v, single);
#pragma unroll
  for (uint e = 1; e < VEC; e++) {
    single[e - 1] = single[e];
  }
  return LOAD(single);
}

// Expands inputs k0… of outputs n0… into tile[k · TILE_OUTPUTS + n]: 0 beyond the last input, the
// last output again beyond it.
inline void expand(local float *tile, WEIGHT_PARAMETERS, uint n0, uint k0) {
  const uint item = get_local_id(1) * LANES + get_local_id(0);
#if BITS > 0 && !TRANSPOSED
  const uint groups = (depth + GROUP - 1) / GROUP;
  const uint words = groups * WORDS_PER_GROUP;
#if KN && !STAGE && !GATHERED
  // One output beside the other: this loop becomes vector instructions.
  for (uint w = 0; w < TILE_CODES; w++) {
    uint word = k0 / CODES + w;
    if (word >= words) {
      for (uint i = 0; i < CODES * TILE_OUTPUTS; i++) {
        tile[w * CODES * TILE_OUTPUTS + i] = 0;
      }
      continue;
    }
    if (n0 + TILE_OUTPUTS <= outputs) {
      global const uint *packed = codes + place(first_row + n0, word, words, stored_rows);
      float scale[TILE_OUTPUTS];
      for (uint n = 0; n < TILE_OUTPUTS; n++) {
        scale[n] = number(
            FORMAT, scales, place(first_row + n0 + n, word / WORDS_PER_GROUP, groups, stored_rows));
      }
      for (uint c = 0; c < CODES; c++) {
        local float *row = tile + (w * CODES + c) * TILE_OUTPUTS;
        bool inside = k0 + w * CODES + c < depth;
        for (uint n = 0; n < TILE_OUTPUTS; n++) {
          row[n] = inside ? decoded(packed[n], c, scale[n]) : 0.0f;
        }
      }
      continue;
    }
    for (uint n = 0; n < TILE_OUTPUTS; n++) {
      uint row = ROW(min(n0 + n, outputs - 1));
      uint packed = codes[place(row, word, words, stored_rows)];
      float scale =
          number(FORMAT, scales, place(row, word / WORDS_PER_GROUP, groups, stored_rows));
      for (uint c = 0; c < CODES; c++) {
        uint k = w * CODES + c;
        tile[k * TILE_OUTPUTS + n] = k0 + k < depth ? decoded(packed, c, scale) : 0.0f;
      }
    }
  }
#else
  for (uint i = item; i < TILE_OUTPUTS * TILE_CODES; i += ITEMS) {
#if KN
    uint n = i % TILE_OUTPUTS, w = i / TILE_OUTPUTS;
#else
    uint w = i % TILE_CODES, n = i / TILE_CODES;
#endif
    uint row = ROW(min(n0 + n, outputs - 1));
    uint word = k0 / CODES + w;
    uint packed = 0;
    float scale = 0;
    if (word < words) {
      packed = codes[place(row, word, words, stored_rows)];
      scale = number(FORMAT, scales, place(row, word / WORDS_PER_GROUP, groups, stored_rows));
    }
#pragma unroll
    for (uint c = 0; c < CODES; c++) {
      uint k = w * CODES + c;
      tile[k * TILE_OUTPUTS + n] = k0 + k < depth ? decoded(packed, c, scale) : 0.0f;
    }
  }
#endif
#else
  for (uint i = item; i < TILE_OUTPUTS * TILE_DEPTH; i += ITEMS) {
    uint k = i % TILE_DEPTH, n = i / TILE_DEPTH;
    tile[k * TILE_OUTPUTS + n] =
        k0 + k < depth ? weight_at(WEIGHT, min(n0 + n, outputs - 1), k0 + k) : 0.0f;
  }
#endif
}

#if STAGE == 2
// The activations of all rows as an image of four inputs a pixel, 0 beyond the last (pack.cl).
#define INPUT_PARAMETERS read_only image1d_buffer_t texture
#define INPUT(r0) texture, r0
#define LOCAL_TILES
#define TILES

// Weights c of a word for the four outputs of a work-item.
inline float4 decoded4(uint4 word, uint c, float4 scale) {
  return (float4)(
      decoded(word.x, c, scale.x), decoded(word.y, c, scale.y), decoded(word.z, c, scale.z),
      decoded(word.w, c, scale.w));
}

inline void product(
    floatv *sums, read_only image1d_buffer_t texture, uint r0, uint rows, WEIGHT_PARAMETERS,
    uint n0) {
  const uint groups = (depth + GROUP - 1) / GROUP;
  const uint words = groups * WORDS_PER_GROUP;
  const uint pitch = (depth + 3) / 4;
  const uint n = n0 + COLUMN(0);
  // The last output again beyond it.
  const uint4 output = first_row + min(n + (uint4)(0, 1, 2, 3), (uint4)(outputs - 1));
  const bool inside = n + VEC <= outputs;
  uint pixel[RM];
#pragma unroll
  for (uint r = 0; r < RM; r++) {
    sums[r] = 0;
    pixel[r] = (r0 + min(get_local_id(1) * RM + r, (size_t)rows - 1)) * pitch;
  }
  for (uint k0 = 0; k0 < depth; k0 += TILE_DEPTH) {
    float4 w[TILE_DEPTH];
#pragma unroll
    for (uint t = 0; t < TILE_CODES; t++) {
      const uint word = min(k0 / CODES + t, words - 1);
      const size_t at = (size_t)word * stored_rows;
      const size_t scale_at = (size_t)(word / WORDS_PER_GROUP) * stored_rows;
      const uint4 packed =
          inside ? vload4(0, codes + at + output.x)
                 : (uint4)(codes[at + output.x], codes[at + output.y], codes[at + output.z],
                           codes[at + output.w]);
      const float4 scale = (float4)(
          number(FORMAT, scales, scale_at + output.x), number(FORMAT, scales, scale_at + output.y),
          number(FORMAT, scales, scale_at + output.z), number(FORMAT, scales, scale_at + output.w));
#pragma unroll
      for (uint c = 0; c < CODES; c++) {
        w[t * CODES + c] = decoded4(packed, c, scale);
      }
    }
#pragma unroll
    for (uint q = 0; q < TILE_DEPTH / 4; q++) {
      if (k0 + 4 * q < depth) {
#pragma unroll
        for (uint r = 0; r < RM; r++) {
          const float4 x = read_imagef(texture, (int)(pixel[r] + k0 / 4 + q));
          sums[r] = FMA((float4)x.x, w[4 * q], sums[r]);
          sums[r] = FMA((float4)x.y, w[4 * q + 1], sums[r]);
          sums[r] = FMA((float4)x.z, w[4 * q + 2], sums[r]);
          sums[r] = FMA((float4)x.w, w[4 * q + 3], sums[r]);
        }
      }
    }
  }
}
#else
#define INPUT_PARAMETERS ulong x_at, uint x_stride
#define INPUT(r0) arena + x_at + (size_t)(r0) * x_stride, x_stride

#if STAGE
// Tiles of activations and weights, both by input; a row of vectors each.
#define LOCAL_TILES                                                                                \
  local float weights[TILE_DEPTH * TILE_OUTPUTS] __attribute__((aligned(64)));                     \
  local float inputs[TILE_DEPTH * TILE_ROWS] __attribute__((aligned(64)))
#define TILES weights, inputs,

inline void product(
    floatv *sums, local float *weights, local float *inputs, global const float *x, uint stride,
    uint rows, WEIGHT_PARAMETERS, uint n0) {
  const uint item = get_local_id(1) * LANES + get_local_id(0);
#pragma unroll
  for (uint i = 0; i < RM * RV; i++) {
    sums[i] = 0;
  }
  for (uint k0 = 0; k0 < depth; k0 += TILE_DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    expand(weights, WEIGHT, n0, k0);
    for (uint i = item; i < TILE_ROWS * TILE_DEPTH; i += ITEMS) {
      uint k = i % TILE_DEPTH, r = i / TILE_DEPTH;
      inputs[k * TILE_ROWS + r] =
          r < rows && k0 + k < depth ? x[(size_t)r * stride + k0 + k] : 0.0f;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll 4
    for (uint k = 0; k < TILE_DEPTH; k++) {
      floatv w[RV];
#pragma unroll
      for (uint v = 0; v < RV; v++) {
        w[v] = *(local floatv *)(weights + k * TILE_OUTPUTS + COLUMN(v));
      }
#pragma unroll
      for (uint r = 0; r < RM; r++) {
        floatv factor = inputs[k * TILE_ROWS + get_local_id(1) * RM + r];
#pragma unroll
        for (uint v = 0; v < RV; v++) {
          sums[r * RV + v] = FMA(factor, w[v], sums[r * RV + v]);
        }
      }
    }
  }
}
#else
#define LOCAL_TILES local float weights[TILE_DEPTH * TILE_OUTPUTS] __attribute__((aligned(64)))
#define TILES weights,

inline void product(
    floatv *sums, local float *weights, global const float *x, uint stride, uint rows,
    WEIGHT_PARAMETERS, uint n0) {
  const uint blocks = (min(rows, (uint)TILE_ROWS) + RM - 1) / RM;
  for (uint i = 0; i < blocks * RM * RV; i++) {
    sums[i] = 0;
  }
  for (uint k0 = 0; k0 < depth; k0 += TILE_DEPTH) {
    expand(weights, WEIGHT, n0, k0);
    const uint steps = min((uint)TILE_DEPTH, depth - k0);
    for (uint block = 0; block < blocks; block++) {
      floatv part[RM * RV];
      global const float *row[RM];
#pragma unroll
      for (uint r = 0; r < RM; r++) {
        row[r] = x + (size_t)min(block * RM + r, rows - 1) * stride + k0;
#pragma unroll
        for (uint v = 0; v < RV; v++) {
          part[r * RV + v] = sums[(block * RM + r) * RV + v];
        }
      }
      for (uint k = 0; k < steps; k++) {
        floatv w[RV];
#pragma unroll
        for (uint v = 0; v < RV; v++) {
          w[v] = *(local floatv *)(weights + k * TILE_OUTPUTS + v * VEC);
        }
#pragma unroll
        for (uint r = 0; r < RM; r++) {
          floatv factor = row[r][k];
#pragma unroll
          for (uint v = 0; v < RV; v++) {
            part[r * RV + v] = FMA(factor, w[v], part[r * RV + v]);
          }
        }
      }
#pragma unroll
      for (uint i = 0; i < RM * RV; i++) {
        sums[block * RM * RV + i] = part[i];
      }
    }
  }
}
#endif
#endif
