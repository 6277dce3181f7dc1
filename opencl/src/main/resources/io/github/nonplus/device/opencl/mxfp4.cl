// MXFP4 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 17);
  const uint i = column % 32;
  const uint exponent = BYTE(at);
  const float d = as_float(exponent < 2 ? 0x00200000u << exponent : (exponent - 1) << 23);
  return (float)E2M1[(BYTE(at + 1 + i % 16) >> i / 16 * 4 & 15)] * d;
}
