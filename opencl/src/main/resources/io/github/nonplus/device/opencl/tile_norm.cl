// Root mean square norm for tensor cores: out(r, n) = x(r, n) / sqrt(mean_n(x²) + epsilon) · weight(n),
// rounded to float16. x [rows, WIDTH], float32, rows WIDTH apart; WIDTH, x_at and weight_at are multiples of 8.
// out: tiles of 128 rows (halves.cl), 0 beyond the last column.
// Launch: one work-group of LANES (a power of two) for each row, which holds it in registers.
// Definitions: WIDTH, LANES.
// Equals norm.cl but for the rounding to float16 and the order of the sum.
#include "halves.cl"

#define TILES ((WIDTH + 63) / 64)
#define CHUNKS (8 * TILES) // of eight columns
#define OWN ((CHUNKS + LANES - 1) / LANES)

kernel __attribute__((reqd_work_group_size(LANES, 1, 1))) void tile_norm(
    global const float *x, ulong x_at, global const float *weight, ulong weight_at, float epsilon,
    global uint4 *out, ulong out_at) {
  local float partial[LANES];
  const uint lane = get_local_id(0);
  const size_t row = get_group_id(0);
  x += x_at + row * WIDTH;
  weight += weight_at;
  float8 own[OWN];
#pragma unroll
  for (uint i = 0; i < OWN; i++) {
    const uint n = 8 * (lane + i * LANES);
    own[i] = n < WIDTH ? *(global const float8 *)(x + n) : 0;
  }
  float8 squares = 0;
#pragma unroll
  for (uint i = 0; i < OWN; i++) {
    squares = fma(own[i], own[i], squares);
  }
  const float4 halved = squares.lo + squares.hi;
  partial[lane] = (halved.x + halved.z) + (halved.y + halved.w);
  for (uint half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (lane < half_lanes) {
      partial[lane] += partial[lane + half_lanes];
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  const float factor = 1.0f / sqrt(partial[0] / (float)WIDTH + epsilon);
#pragma unroll
  for (uint i = 0; i < OWN; i++) {
    const uint chunk = lane + i * LANES;
    if (8 * chunk < WIDTH) {
      const float8 w = *(global const float8 *)(weight + 8 * chunk);
      out[out_at / 8 + chunk_at(row, chunk, TILES, 128)] = packed8(own[i] * factor * w);
    } else if (chunk < CHUNKS) {
      out[out_at / 8 + chunk_at(row, chunk, TILES, 128)] = 0;
    }
  }
}
