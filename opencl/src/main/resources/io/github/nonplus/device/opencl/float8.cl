// Numbers of eight bits row by row, and perhaps a scale for all (Float8). Definitions: NUMBER_TYPE, of
// them; HAS_SCALE, 1 if there is one; SCALE_TYPE, of the scale; ROUNDING, a type.
#include "codes.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const uint code = BYTE_OF(plane0, (size_t)row * stored_columns + column);
  const float value = code_number(NUMBER_TYPE, code);
#if HAS_SCALE
  return rounded_to(ROUNDING, value * rounded_to(ROUNDING, number(SCALE_TYPE, plane1, 0)));
#else
  return rounded_to(ROUNDING, value);
#endif
}
