// TQ1_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(256, 54);
  const uint i = column % 256;
  uint byte, power;
  if (i < 160) {
    byte = BYTE(at + i % 32), power = i / 32;
  } else if (i < 240) {
    byte = BYTE(at + 32 + i % 16), power = (i - 160) / 16;
  } else {
    byte = BYTE(at + 48 + i % 4), power = (i - 240) / 4;
  }
  for (uint n = 0; n < power; n++) {
    byte = byte * 3 & 255;
  }
  return (float)((int)(byte * 3 >> 8) - 1) * HALF(at + 52);
}
