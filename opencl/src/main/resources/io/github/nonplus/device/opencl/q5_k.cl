// Q5_K of ggml.
#include "blocks.cl"
#include "k_scales.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 176);
  const uint i = column % 256;
  const uint group = i / 32;
  const float scale = HALF(at) * (float)k_scale(plane0, at + 4, group);
  const float minimum = HALF(at + 2) * (float)k_minimum(plane0, at + 4, group);
  const uint low = BYTE(at + 48 + group / 2 * 32 + i % 32) >> group % 2 * 4 & 15;
  const uint code = low | (BYTE(at + 16 + i % 32) >> group & 1) << 4;
  return scale * (float)code - minimum;
}
