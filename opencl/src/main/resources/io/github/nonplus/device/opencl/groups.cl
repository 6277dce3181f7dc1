// Packed groups of codes (GroupFormat). Definitions: FORMAT, of a scale (number.cl); BITS, of a code;
// GROUP, codes that share a scale; ZERO, the code of zero; KN, 1 if words lie [words, outputs] and
// scales [groups, outputs], 0 if [outputs, …]; ROUNDING, the type to which the product of code and
// scale is rounded (number.cl).
// Its planes.
#define codes plane0
#define scales plane1

#define CODES (32 / BITS)
#define WORDS_PER_GROUP (GROUP / CODES)
#define MASK ((1u << BITS) - 1u)

// Rounds to the nearest float16 or bfloat16, ties to even. To float16 by its last bits where it is normal, by its place
// relative to 0.75 (whose last bit is that of a subnormal float16) where it is not.
inline float rounded_product(float value) {
#if ROUNDING == F16
  uint bits = as_uint(value);
  float normal = as_float((bits + 0xFFFu + ((bits >> 13) & 1u)) & ~0x1FFFu);
  float small = (value + 0.75f) - 0.75f;
  float rounded = fabs(value) < 0x1p-14f ? small : normal;
  return fabs(value) >= 65520.0f ? copysign(INFINITY, value) : rounded;
#elif ROUNDING == BF16
  uint bits = as_uint(value);
  return as_float((bits + 0x7FFFu + ((bits >> 16) & 1u)) & ~0xFFFFu);
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
  return rounded_product((float)((int)((word >> (BITS * i)) & MASK) - ZERO) * scale);
}

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  uint groups = (stored_columns + GROUP - 1) / GROUP;
  uint word = codes[place(row, column / CODES, groups * WORDS_PER_GROUP, stored_rows)];
  float scale = number(FORMAT, scales, place(row, column / GROUP, groups, stored_rows));
  return decoded(word, column % CODES, scale);
}
