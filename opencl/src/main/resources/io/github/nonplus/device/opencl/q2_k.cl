// Q2_K of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 84);
  const uint i = column % 256;
  const uint both = BYTE(at + i / 16);
  const uint code = BYTE(at + 16 + i / 128 * 32 + i % 32) >> i % 128 / 32 * 2 & 3;
  const float scale = HALF(at + 80) * (float)(both & 15);
  return scale * (float)code - HALF(at + 82) * (float)(both >> 4);
}
