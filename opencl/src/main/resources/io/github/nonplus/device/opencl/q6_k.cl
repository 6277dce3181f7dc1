// Q6_K of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 210);
  const uint i = column % 256;
  const float scale = HALF(at + 208) * (float)SIGNED(at + 192 + i / 16);
  const uint quarter = i % 128 / 32;
  const uint low = BYTE(at + i / 128 * 64 + quarter % 2 * 32 + i % 32) >> quarter / 2 * 4 & 15;
  const uint high = BYTE(at + 128 + i / 128 * 32 + i % 32) >> quarter * 2 & 3;
  return scale * (float)((int)(low | high << 4) - 32);
}
