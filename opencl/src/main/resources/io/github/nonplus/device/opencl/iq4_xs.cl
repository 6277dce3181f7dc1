// IQ4_XS of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 136);
  const uint i = column % 256;
  const uint group = i / 32;
  const uint low = BYTE(at + 4 + group / 2) >> group % 2 * 4 & 15;
  const uint high = WORD16(at + 2) >> 2 * group & 3;
  const float scale = HALF(at) * (float)((int)(low | high << 4) - 32);
  return scale * (float)NONLINEAR[BYTE(at + 8 + 16 * group + i % 16) >> i % 32 / 16 * 4 & 15];
}
