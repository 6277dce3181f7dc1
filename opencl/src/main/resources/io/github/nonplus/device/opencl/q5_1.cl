// Q5_1 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 24);
  const uint i = column % 32;
  const uint code = (BYTE(at + 8 + i % 16) >> i / 16 * 4 & 15) | (WORD32(at + 4) >> i & 1) << 4;
  return (float)code * HALF(at) + HALF(at + 2);
}
