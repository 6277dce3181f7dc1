// Codes row by row, and a scale for each block of rows and columns (Scaled). Definitions: CODE_TYPE,
// CODE_BITS; UNIT, bytes of which a row has a whole number; SCALE_TYPE; BLOCK_ROWS and BLOCK_COLUMNS,
// 0 for all; SECOND, 1 if a second scale multiplies, 2 if it divides; ZEROS, 1 for the middle code, 2
// for bytes, 3 for codes down the rows, 4 for biases; ROUNDING, a type.
#include "codes.cl"

#if SECOND == 0
#define ZERO_PLANE plane2
#else
#define ZERO_PLANE plane3
#endif

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t row_bytes =
      ((size_t)stored_columns * CODE_BITS + 8 * UNIT - 1) / (8 * UNIT) * UNIT;
  const uint code = code_in_bytes(plane0, row * row_bytes, CODE_BITS, column);
#if BLOCK_ROWS == 0
  const uint down = 0;
#else
  const uint down = row / BLOCK_ROWS;
#endif
#if BLOCK_COLUMNS == 0
  const uint block = 0, across = 1;
#else
  const uint block = column / BLOCK_COLUMNS;
  const uint across = (stored_columns + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
#endif
  const size_t at = (size_t)down * across + block;
#if ZEROS == 1
  const float zero = (float)(1u << (CODE_BITS - 1));
#elif ZEROS == 2
  const float zero = (float)((global const char *)ZERO_PLANE)[at];
#elif ZEROS == 3
  const float zero = (float)code_in_words(ZERO_PLANE, CODE_BITS, down, block, across);
#else
  const float zero = 0.0f;
#endif
  float weight = (code_number(CODE_TYPE, code) - zero) * scale_number(SCALE_TYPE, plane1, at);
#if SECOND == 1
  weight *= number(F32, plane2, 0);
#elif SECOND == 2
  // Rounded as a division is, also where the device's own is not.
  const float divisor = number(F32, plane2, 0);
  const float near = weight / divisor;
  const float corrected = near + fma(-near, divisor, weight) / divisor;
  weight = isfinite(corrected) && corrected != 0.0f ? corrected : near;
#endif
  weight = rounded_to(ROUNDING, weight);
#if ZEROS == 4
  weight = rounded_to(ROUNDING, weight + scale_number(SCALE_TYPE, ZERO_PLANE, at));
#endif
  return weight;
}
