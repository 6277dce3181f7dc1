// NVFP4 of ggml. A second plane, if there is one, is a number that all weights are multiplied by.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(64, 36);
  const uint i = column % 64;
  const uint bits = BYTE(at + i / 16);
  const uint exponent = bits >> 3 & 15, mantissa = bits & 7;
  const float number = exponent == 0 ? (float)mantissa * 0x1p-9f
                                     : (float)(8 + mantissa) * as_float((exponent + 117) << 23);
  const float d = bits == 0 || bits == 0x7F ? 0.0f : number * 0.5f;
  const float weight = (float)E2M1[BYTE(at + 4 + i / 16 * 8 + i % 8) >> i % 16 / 8 * 4 & 15] * d;
#if PLANES == 2
  return weight * ((global const float *)plane1)[0];
#else
  return weight;
#endif
}
