// A weight matrix as it is stored: `rows` outputs by `columns` inputs, dense or in packed groups.
// Equals Matrix.decode, bit for bit.
//
// Definitions: FORMAT, of a dense weight or of a scale (number.cl); BITS, of a code, 0 for a dense
// matrix; and for a packed one: GROUP, codes that share a scale; ZERO, the code of zero; KN, 1 if
// words lie [words, outputs] and scales [groups, outputs], 0 if [outputs, …]; ROUND_HALF, 1 if the
// product of code and scale is rounded to float16.
//
// A matrix is handed over as: codes (words, or the numbers themselves), scales (the same buffer
// again where there are none), stored_rows (outputs of the whole stored matrix), first_row (where
// this slice of it begins), outputs and depth (of the slice).
#include "number.cl"

#define WEIGHT_PARAMETERS                                                                          \
  global const uint *codes, global const uint *scales, uint stored_rows, uint first_row,           \
      uint outputs, uint depth
#define WEIGHT codes, scales, stored_rows, first_row, outputs, depth

#if BITS > 0

#define CODES (32 / BITS)
#define WORDS_PER_GROUP (GROUP / CODES)
#define MASK ((1u << BITS) - 1u)

// Rounds to the nearest float16, ties to even: by its last bits where it is normal, by its place
// relative to 0.75 (whose last bit is that of a subnormal float16) where it is not.
inline float rounded_to_half(float value) {
#if ROUND_HALF
  uint bits = as_uint(value);
  float normal = as_float((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
  float small = (value + 0.75f) - 0.75f;
  float rounded = fabs(value) < 0x1p-14f ? small : normal;
  return fabs(value) >= 65520.0f ? copysign(INFINITY, value) : rounded;
#else
  return value;
#endif
}

// Index of a row's word or scale: the `index`-th of `indices` along the inputs.
inline size_t place(uint row, uint index, uint indices, uint stored_rows) {
#if KN
  return (size_t)index * stored_rows + row;
#else
  return (size_t)row * indices + index;
#endif
}

inline float decoded(uint word, uint i, float scale) {
  return rounded_to_half((float)((int)((word >> (BITS * i)) & MASK) - ZERO) * scale);
}

// Weight k of an output.
inline float weight_at(WEIGHT_PARAMETERS, uint output, uint k) {
  uint groups = (depth + GROUP - 1) / GROUP;
  uint row = first_row + output;
  uint word = codes[place(row, k / CODES, groups * WORDS_PER_GROUP, stored_rows)];
  float scale = number(FORMAT, scales, place(row, k / GROUP, groups, stored_rows));
  return decoded(word, k % CODES, scale);
}

#else

#define CODES 1

inline float weight_at(WEIGHT_PARAMETERS, uint output, uint k) {
  return number(FORMAT, codes, (size_t)(first_row + output) * depth + k);
}

#endif
