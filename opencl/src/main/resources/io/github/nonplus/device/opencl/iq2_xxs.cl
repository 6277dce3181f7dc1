// IQ2_XXS of ggml.
#include "blocks.cl"
#include "iq2_xxs_grid.cl"

// 8, 25 or 43.
#define POINT2(point, i) (8 + 17 * ((point) >> 2 * (i) & 3) + ((point) >> 2 * (i) + 1 & 1))

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 66);
  const uint i = column % 256;
  const size_t points = at + 2 + i / 32 * 8;
  const uint word = WORD32(points + 4);
  const float scale = HALF(at) * (0.5f + (float)(word >> 28)) * 0.25f;
  const uint signs = even_signs(word >> i % 32 / 8 * 7);
  const uint point = BYTE(points + i % 32 / 8);
  const float weight = scale * (float)POINT2(GRID[point], i % 8);
  return signs >> i % 8 & 1 ? -weight : weight;
}
