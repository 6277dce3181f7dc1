// Float16 numbers, two in a word, eight in a chunk of 16 bytes; and tiles of them as tensor cores
// read them: rows of 64 numbers, of which chunk c of row r lies at chunk c ^ (r % 8).
#include "number.cl"

// Two numbers rounded to the nearest float16, the first in the low half.
inline uint packed(float first, float second) {
#ifdef __NV_CL_C_VERSION
  uint both;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(second), "f"(first));
  return both;
#else
  ushort both[2];
  vstore_half_rte(first, 0, (half *)both);
  vstore_half_rte(second, 1, (half *)both);
  return both[0] | (uint)both[1] << 16;
#endif
}

inline float2 unpacked(uint both) {
#ifdef __NV_CL_C_VERSION
  float2 numbers;
  asm("{ .reg .b16 low, high; mov.b32 {low, high}, %2; cvt.f32.f16 %0, low; cvt.f32.f16 %1, high; }"
      : "=f"(numbers.x), "=f"(numbers.y)
      : "r"(both));
  return numbers;
#else
  ushort parts[2] = {(ushort)both, (ushort)(both >> 16)};
  return (float2)(vload_half(0, (half *)parts), vload_half(1, (half *)parts));
#endif
}

inline uint4 packed8(float8 v) {
  return (uint4)(packed(v.s0, v.s1), packed(v.s2, v.s3), packed(v.s4, v.s5), packed(v.s6, v.s7));
}

inline float8 unpacked8(uint4 v) {
  return (float8)(unpacked(v.s0), unpacked(v.s1), unpacked(v.s2), unpacked(v.s3));
}

// Index of the chunk that holds columns 8 · chunk … of a row, in tiles of `tile_rows` rows, `tiles`
// of them side by side.
inline size_t chunk_at(size_t row, uint chunk, uint tiles, uint tile_rows) {
  const size_t tile = row / tile_rows * tiles + chunk / 8;
  return (tile * tile_rows + row % tile_rows) * 8 + ((chunk % 8) ^ (row % 8));
}
