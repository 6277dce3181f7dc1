// Products by the tensor cores of compute capability 8.0 and later, a warp at a time: sums += left ·
// right, 16 rows and 8 outputs over 16 inputs, float16 operands and float32 sums.
//
// sums[i] is column 2 (lane % 4) + i % 2 of row lane / 4 + 8 (i / 2); a quarter of left is two
// neighbouring inputs of row lane / 4 (+ 8 for the odd ones), from input 2 (lane % 4) on (+ 8 for the
// last two).
#pragma once
#include "words.cuh"

__device__ inline void multiply_add(float *sums, const uint32_t (&left)[4], uint32_t right,
                                    uint32_t right_above) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
      "{%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right), "r"(right_above));
}

// Four blocks of 8 × 8 from shared memory, the rows of the first at the addresses of lanes 0 to 7, and
// so on. A lane gets two neighbours of row lane / 4.
__device__ inline void load_blocks(uint32_t (&blocks)[4], uint32_t row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(blocks[0]), "=r"(blocks[1]), "=r"(blocks[2]), "=r"(blocks[3])
               : "r"(row)
               : "memory");
}

// The same, each block transposed.
__device__ inline void load_blocks_transposed(uint32_t (&blocks)[4], uint32_t row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(blocks[0]), "=r"(blocks[1]), "=r"(blocks[2]), "=r"(blocks[3])
               : "r"(row)
               : "memory");
}
