// Q4_1 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 20);
  const uint i = column % 32;
  return (float)(BYTE(at + 4 + i % 16) >> i / 16 * 4 & 15) * HALF(at) + HALF(at + 2);
}
