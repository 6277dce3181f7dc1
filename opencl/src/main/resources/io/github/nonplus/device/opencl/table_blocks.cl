// Codes of four bits into a table, in blocks that count through the whole matrix (TableBlocks). Planes:
// codes, scales, the table; where scales are codes, their scales, their table and their offset too.
// Definitions: BLOCK_CODES; NESTED, scales that share a second one, 0 if scales are numbers; ROUNDING,
// a type.
#include "codes.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = (size_t)row * stored_columns + column;
  const uint code = BYTE_OF(plane0, at / 2) >> (at % 2 == 0 ? 4 : 0) & 15;
  const size_t block = at / BLOCK_CODES;
#if NESTED == 0
  const float scale = number(F32, plane1, block);
#else
  const float first = number(F32, plane4, BYTE_OF(plane1, block));
  const float product = first * number(F32, plane3, block / NESTED);
  const float scale = product + number(F32, plane5, 0);
#endif
  return rounded_to(ROUNDING, number(F32, plane2, code) * scale);
}
