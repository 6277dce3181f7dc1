// AWQ's codes, an input a row of words whose nibbles are outputs 0 2 4 6 1 3 5 7 (Awq). Planes: words,
// zero points, scales. Definitions: GROUP_INPUTS, 0 for all; SCALE_TYPE; ROUNDING, a type.
#include "codes.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const uint across = stored_rows / 8;
  const uint place = row % 8;
  const uint shift = 4 * (place % 2 * 4 + place / 2);
#if GROUP_INPUTS == 0
  const size_t group = 0;
#else
  const size_t group = column / GROUP_INPUTS;
#endif
  const uint code = plane0[(size_t)column * across + row / 8] >> shift & 15;
  const uint zero = plane1[group * across + row / 8] >> shift & 15;
  const float scale = scale_number(SCALE_TYPE, plane2, group * stored_rows + row);
  return rounded_to(ROUNDING, ((float)code - (float)zero) * scale);
}
