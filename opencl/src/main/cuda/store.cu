// out(r, n) = Σ_k x(r, k) · w(n, k) + bias(n), rounded to float16, of outputs from `first_output` on;
// row-major, `stride` apart.
//
// Where HEAD, the elements of a head, is defined (a divisor of 256 and a multiple of 16), the columns
// before `rotated`, counted from `first_output`, are heads that are turned by their row's position
// before they are rounded: element i of a head's first half with element i of its second half.
// angle_rows names each row's row of cosine and sine [·, HEAD / 2].
#include "product.cuh"

#ifdef HEAD
struct Angles {
  const float *cosine;
  const float *sine;
  const int *rows;
  int rotated;
};

__device__ inline float2 load_two(const float *from) {
  float2 two;
  asm volatile("ld.global.v2.f32 {%0, %1}, [%2];" : "=f"(two.x), "=f"(two.y) : "l"(from));
  return two;
}

// Turns the heads of one tile, two neighbouring columns of two rows at a time. Angles are asked for
// many at once, since each answer takes long.
__device__ inline void rotate(float (&sums)[128], const Place &at, const Angles &angles, int rows) {
  if (at.column >= angles.rotated) {
    return;
  }
  constexpr int BLOCKS = HEAD / 16;  // of 8 columns, in half a head
  constexpr int AT_ONCE = BLOCKS < 4 ? BLOCKS : 4;
  const size_t row = (size_t)angles.rows[min(at.row, rows - 1)] * (HEAD / 2);
  const size_t below = (size_t)angles.rows[min(at.below, rows - 1)] * (HEAD / 2);
#pragma unroll
  for (int block = 0; block < BLOCKS; block += AT_ONCE) {
    float2 cosines[AT_ONCE][2], sines[AT_ONCE][2];
#pragma unroll
    for (int b = 0; b < AT_ONCE; b++) {
      const int i = 8 * (block + b) + 2 * at.quarter;
      cosines[b][0] = load_two(angles.cosine + row + i);
      cosines[b][1] = load_two(angles.cosine + below + i);
      sines[b][0] = load_two(angles.sine + row + i);
      sines[b][1] = load_two(angles.sine + below + i);
    }
#pragma unroll
    for (int head = 0; head < TILE_OUTPUTS / HEAD; head++) {
      if (at.column + head * HEAD < angles.rotated) {
#pragma unroll
        for (int b = 0; b < AT_ONCE; b++) {
          float *first = sums + 4 * (head * (HEAD / 8) + block + b);
          float *second = first + 4 * BLOCKS;
#pragma unroll
          for (int e = 0; e < 4; e++) {
            const float c = e % 2 ? cosines[b][e / 2].y : cosines[b][e / 2].x;
            const float s = e % 2 ? sines[b][e / 2].y : sines[b][e / 2].x;
            const float x = first[e];
            const float y = second[e];
            first[e] = x * c - y * s;
            second[e] = y * c + x * s;
          }
        }
      }
    }
  }
}
#endif

extern "C" __global__ void __launch_bounds__(WORK_ITEMS, 1)
    store(const __half *x, uint32_t x_at, const __half *w, const float *bias, int has_bias,
          __half *out, uint32_t out_at, int stride, int first_output, int rows, int outputs,
          int input_tiles
#ifdef HEAD
          ,
          const float *cosine, const float *sine, const int *angle_rows, int rotated
#endif
    ) {
  out += element(out_at) + first_output;
  bias += first_output;
  product(x + element(x_at), w, rows, outputs, input_tiles, [=](float(&sums)[128], Place at) {
    if (has_bias) {
#pragma unroll
      for (int i = 0; i < 128; i++) {
        const int n = at.column + 8 * (i / 4) + 2 * at.quarter + i % 2;
        sums[i] += n < outputs ? bias[n] : 0.0f;
      }
    }
#ifdef HEAD
    rotate(sums, at, Angles{cosine, sine, angle_rows, rotated}, rows);
#endif
#pragma unroll
    for (int four = 0; four < 8; four++) {
      uint32_t upper[4], lower[4];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const int j = 4 * (4 * four + i);
        upper[i] = halves(sums[j], sums[j + 1]);
        lower[i] = halves(sums[j + 2], sums[j + 3]);
      }
      const uint4 row = whole_block(upper[0], upper[1], upper[2], upper[3], at.quarter);
      const uint4 below = whole_block(lower[0], lower[1], lower[2], lower[3], at.quarter);
      const int n = at.column + 32 * four + 8 * at.quarter;
      if (n < outputs) {
        if (at.row < rows) {
          store_chunk(out + (size_t)at.row * stride + n, row);
        }
        if (at.below < rows) {
          store_chunk(out + (size_t)at.below * stride + n, below);
        }
      }
    }
  });
}
