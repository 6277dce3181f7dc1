// A weight matrix expanded to float16 for tensor cores: tiles of 256 rows (halves.cl). Row n of the
// matrix becomes row n + shift; or, where SPREAD is 1, row n / 128 · 256 + n % 128 + shift, so that two
// matrices take turns of 128 rows. Rows from `outputs` to `rows`, and inputs beyond the last
// (depth, a multiple of 8), are 0.
// Launch: work-groups of 256, one for each (128 inputs, 128 rows).
// Definitions: those of weight.cl; SPREAD.
// Equals Matrix.decode rounded to float16, bit for bit.
#include "pooled_weight.cl"
#include "halves.cl"

#define ROWS 128
#define CHUNKS 16 // of eight inputs
#define ITEMS 256

// Whether a chunk of eight weights is one word of codes, and no weight is rounded but to float16.
#if BITS == 4 && !TRANSPOSED && ROUNDING != BF16
#define WORD_IS_CHUNK (GROUP % 8 == 0)
#else
#define WORD_IS_CHUNK 0
#endif

#if WORD_IS_CHUNK
inline float code_at(uint word, uint i) {
  // The bits of 2^23 + code, which is exact.
  return as_float(0x4B000000u | ((word >> (4 * i)) & 15u)) - (8388608.0f + ZERO);
}

inline uint4 expanded(uint word, float scale) {
  float8 codes = (float8)(
      code_at(word, 0), code_at(word, 1), code_at(word, 2), code_at(word, 3), code_at(word, 4),
      code_at(word, 5), code_at(word, 6), code_at(word, 7));
  return packed8(codes * scale);
}
#endif

kernel __attribute__((reqd_work_group_size(ITEMS, 1, 1))) void tile_weight(
    POOLED_PARAMETERS, global uint4 *out, uint tiles, uint shift, uint rows) {
  POOLED_WEIGHT;
  const uint item = get_local_id(0);
  const uint n0 = get_group_id(1) * ROWS;
  const uint chunk0 = get_group_id(0) * CHUNKS;
#if WORD_IS_CHUNK
  // Words and scales are read along the rows where they lie so, and all at once; chunks are written
  // along the inputs. The pitch keeps four rows of eight words apart in the banks.
#define PITCH (ROWS + 4)
#define GROUPS ((8 * CHUNKS + GROUP - 1) / GROUP)
  const uint groups = (depth + GROUP - 1) / GROUP;
  const uint words = groups * WORDS_PER_GROUP;
  const uint group0 = chunk0 * 8 / GROUP;
  local uint word_of[CHUNKS * PITCH];
  local float scale_of[GROUPS * PITCH];
#pragma unroll
  for (uint i = item; i < CHUNKS * ROWS; i += ITEMS) {
#if KN
    const uint r = i % ROWS, c = i / ROWS;
#else
    const uint r = i / CHUNKS, c = i % CHUNKS;
#endif
    const bool inside = n0 + r < outputs && chunk0 + c < words;
    word_of[c * PITCH + r] =
        inside ? codes[place(ROW(n0 + r), chunk0 + c, words, stored_rows)] : 0;
  }
#pragma unroll
  for (uint i = item; i < GROUPS * ROWS; i += ITEMS) {
#if KN
    const uint r = i % ROWS, g = i / ROWS;
#else
    const uint r = i / GROUPS, g = i % GROUPS;
#endif
    const bool inside = n0 + r < outputs && group0 + g < groups;
    scale_of[g * PITCH + r] =
        inside ? number(FORMAT, scales, place(ROW(n0 + r), group0 + g, groups, stored_rows))
               : 0.0f;
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#endif
#pragma unroll
  for (uint i = item; i < CHUNKS * ROWS; i += ITEMS) {
    const uint tile = i / (8 * ROWS), r = i % (8 * ROWS) / 8;
    const uint n = n0 + r;
#if SPREAD
    const size_t target = n / 128 * 256 + n % 128 + shift;
#else
    const size_t target = n + shift;
#endif
    // Neighbours write neighbouring chunks, whichever those hold.
    const uint c = tile * 8 + ((i % 8) ^ (target % 8));
    const uint k = (chunk0 + c) * 8;
    if (n < rows && k / 64 < tiles) {
      uint4 numbers = 0;
#if WORD_IS_CHUNK
      const uint group = k / GROUP - group0;
      numbers = expanded(word_of[c * PITCH + r], k < depth ? scale_of[group * PITCH + r] : 0.0f);
#else
      if (n < outputs && k < depth) {
        float eight[8];
        for (uint e = 0; e < 8; e++) {
          eight[e] = weight_at(WEIGHT, n, k + e);
        }
        numbers = packed8(vload8(0, eight));
      }
#endif
      out[chunk_at(target, chunk0 + c, tiles, 256)] = numbers;
    }
  }
}
