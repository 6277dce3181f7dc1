// HQQ's codes, packed by parts of the rows of a grid (Hqq). Planes: codes, scales, zero points.
// Definitions: CODE_BITS; GROUP_CODES; ACROSS, 1 if the grid is [group, groups], 0 if [groups, group];
// SCALE_TYPE; ROUNDING, a type.
#include "codes.cl"

#if CODE_BITS == 3
#define PARTS 10
#else
#define PARTS (8 / CODE_BITS)
#endif

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t groups = (size_t)stored_rows * stored_columns / GROUP_CODES;
  const size_t at = (size_t)row * stored_columns + column;
#if ACROSS
  const size_t width = groups, rows = GROUP_CODES;
#else
  const size_t width = GROUP_CODES, rows = groups;
#endif
  const size_t part_rows = (rows + PARTS - 1) / PARTS;
  const size_t grid_row = at / width, grid_column = at % width;
  const size_t place = grid_row % part_rows * width + grid_column;
  const uint part = (uint)(grid_row / part_rows);
#if CODE_BITS == 3
  const uint code = plane0[place] >> (27 - 3 * part) & 7;
#else
  const uint code = BYTE_OF(plane0, place) >> (8 - CODE_BITS * (part + 1)) & ((1 << CODE_BITS) - 1);
#endif
  const size_t group = ACROSS ? grid_column : grid_row;
  const float zero = scale_number(SCALE_TYPE, plane2, group);
  const float scale = scale_number(SCALE_TYPE, plane1, group);
  return rounded_to(ROUNDING, rounded_to(ROUNDING, (float)code - zero) * scale);
}
