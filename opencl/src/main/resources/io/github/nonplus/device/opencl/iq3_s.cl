// IQ3_S of ggml.
#include "blocks.cl"
#include "iq3_s_grid.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 110);
  const uint i = column % 256;
  const uint ninth = BYTE(at + 66 + i / 32) >> i % 32 / 4 & 1;
  const float scale = HALF(at) * (float)(1 + 2 * (BYTE(at + 106 + i / 64) >> i % 64 / 32 * 4 & 15));
  const uint digit = GRID[BYTE(at + 2 + i / 4) | ninth << 8] >> i % 4 * 3 & 7;
  const float weight = scale * (float)(1 + 2 * digit);
  return BYTE(at + 74 + i / 8) >> i % 8 & 1 ? -weight : weight;
}
