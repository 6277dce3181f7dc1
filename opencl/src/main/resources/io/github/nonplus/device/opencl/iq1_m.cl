// IQ1_M of ggml.
#include "blocks.cl"
#include "iq1_s_grid.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 56);
  const uint i = column % 256;
  const ushort bits = WORD16(at + 48) >> 12 | WORD16(at + 50) >> 12 << 4 |
                      WORD16(at + 52) >> 12 << 8 | WORD16(at + 54) >> 12 << 12;
  const uint high = BYTE(at + 32 + i / 16) >> i % 16 / 8 * 4;
  const uint threes = WORD16(at + 48 + i / 64 * 2);
  const float d = vload_half(0, (const half *)&bits);
  const float scale = d * (float)(2 * (threes >> i % 64 / 16 * 3 & 7) + 1);
  const float shift = high & 8 ? -0.125f : 0.125f;
  const uint point = BYTE(at + i / 8) | (high & 7) << 8;
  return scale * ((float)((int)(GRID[point] >> i % 8 * 2 & 3) - 1) + shift);
}
