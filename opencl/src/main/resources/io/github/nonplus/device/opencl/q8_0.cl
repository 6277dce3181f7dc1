// Q8_0 of ggml.
#include "blocks.cl"

inline float stored_at(STORED_PARAMETERS, uint row, uint column) {
  const size_t at = BLOCK(32, 34);
  const uint i = column % 32;
  return (float)SIGNED(at + 2 + i) * HALF(at);
}
