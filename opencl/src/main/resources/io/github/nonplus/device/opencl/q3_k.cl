// Q3_K of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 110);
  const uint i = column % 256;
  const uint group = i / 16;
  const uint low = BYTE(at + 96 + group % 8) >> group / 8 * 4 & 15;
  const uint high = BYTE(at + 104 + group % 4) >> group / 4 * 2 & 3;
  const float scale = HALF(at + 108) * (float)((int)(low | high << 4) - 32);
  const uint code = BYTE(at + 32 + i / 128 * 32 + i % 32) >> i % 128 / 32 * 2 & 3;
  const uint third = BYTE(at + i % 32) >> i / 32 & 1;
  return scale * (float)((int)(code | third << 2) - 4);
}
