// GPTQ's codes, which run down the inputs (Gptq). Planes: words, zero points, scales, the group of each
// input. Definitions: CODE_BITS; GROUP_INPUTS, 0 for all; INDEXED, 1 if there is a fourth plane; ABOVE,
// added to a zero point; SCALE_TYPE; ROUNDING, a type.
#include "codes.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const uint code = code_in_words(plane0, CODE_BITS, column, row, stored_rows);
#if INDEXED
  const size_t group = plane3[column];
#elif GROUP_INPUTS == 0
  const size_t group = 0;
#else
  const size_t group = column / GROUP_INPUTS;
#endif
  const size_t zero_bytes = ((size_t)stored_rows * CODE_BITS + 31) / 32 * 4;
  const uint zero = code_in_bytes(plane1, group * zero_bytes, CODE_BITS, row) + ABOVE;
  const float scale = scale_number(SCALE_TYPE, plane2, group * stored_rows + row);
  return rounded_to(ROUNDING, ((float)code - (float)zero) * scale);
}
