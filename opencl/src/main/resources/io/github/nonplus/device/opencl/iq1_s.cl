// IQ1_S of ggml.
#include "blocks.cl"
#include "iq1_s_grid.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 50);
  const uint i = column % 256;
  const uint word = WORD16(at + 34 + i / 32 * 2);
  const float scale = HALF(at) * (float)(2 * (word >> 12 & 7) + 1);
  const float shift = word & 0x8000 ? -0.125f : 0.125f;
  const uint point = BYTE(at + 2 + i / 8) | (word >> i % 32 / 8 * 3 & 7) << 8;
  return scale * ((float)((int)(GRID[point] >> i % 8 * 2 & 3) - 1) + shift);
}
