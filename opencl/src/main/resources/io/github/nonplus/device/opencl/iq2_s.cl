// IQ2_S of ggml.
#include "blocks.cl"
#include "iq2_s_grid.cl"

// 8, 25 or 43.
#define POINT2(point, i) (8 + 17 * ((point) >> 2 * (i) & 3) + ((point) >> 2 * (i) + 1 & 1))

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 82);
  const uint i = column % 256;
  const uint high = BYTE(at + 66 + i / 32) >> i % 32 / 8 * 2 & 3;
  const uint code = BYTE(at + 74 + i / 32) >> i % 32 / 16 * 4 & 15;
  const float scale = HALF(at) * (0.5f + (float)code) * 0.25f;
  const uint signs = BYTE(at + 34 + i / 8), point = BYTE(at + 2 + i / 8) | high << 8;
  const float weight = scale * (float)POINT2(GRID[point], i % 8);
  return signs >> i % 8 & 1 ? -weight : weight;
}
