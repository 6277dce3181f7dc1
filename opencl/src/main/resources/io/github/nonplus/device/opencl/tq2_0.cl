// TQ2_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 66);
  const uint i = column % 256;
  const uint code = BYTE(at + i / 128 * 32 + i % 32) >> i % 128 / 32 * 2 & 3;
  return (float)((int)code - 1) * HALF(at + 64);
}
