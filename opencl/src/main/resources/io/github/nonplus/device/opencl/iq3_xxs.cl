// IQ3_XXS of ggml.
#include "blocks.cl"
#include "iq3_xxs_grid.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 98);
  const uint i = column % 256;
  const uint word = WORD32(at + 66 + i / 32 * 4);
  const float scale = HALF(at) * (0.5f + (float)(word >> 28)) * 0.5f;
  const uint digit = GRID[BYTE(at + 2 + i / 4)] >> i % 4 * 3 & 7;
  const float weight = scale * (float)(4 + 8 * digit + (digit == 7 ? 2 : 0));
  return even_signs(word >> i % 32 / 8 * 7) >> i % 8 & 1 ? -weight : weight;
}
