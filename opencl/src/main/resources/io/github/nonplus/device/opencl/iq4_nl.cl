// IQ4_NL of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 18);
  const uint i = column % 32;
  return HALF(at) * (float)NONLINEAR[(BYTE(at + 2 + i % 16) >> i / 16 * 4 & 15)];
}
