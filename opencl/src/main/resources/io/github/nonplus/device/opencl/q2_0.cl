// Q2_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(64, 18);
  const uint i = column % 64;
  return (float)((int)(BYTE(at + 2 + i / 4) >> i % 4 * 2 & 3) - 1) * HALF(at);
}
