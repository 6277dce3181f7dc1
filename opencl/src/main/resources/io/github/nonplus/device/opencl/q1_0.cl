// Q1_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(128, 18);
  const uint i = column % 128;
  return BYTE(at + 2 + i / 8) >> i % 8 & 1 ? HALF(at) : -HALF(at);
}
