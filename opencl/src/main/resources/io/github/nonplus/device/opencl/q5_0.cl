// Q5_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 22);
  const uint i = column % 32;
  const uint code = (BYTE(at + 6 + i % 16) >> i / 16 * 4 & 15) | (WORD32(at + 2) >> i & 1) << 4;
  return (float)((int)code - 16) * HALF(at);
}
