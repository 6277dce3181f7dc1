// Words for what every NVIDIA GPU with tensor cores can do since compute capability 8.0.
#pragma once
#include <cuda_fp16.h>
#include <stdint.h>

// `…_at` among a kernel's parameters says where in its memory a buffer begins, in eights of elements:
// a parameter of 64 bits is always a pointer.
__device__ inline size_t element(uint32_t at) { return (size_t)at * 8; }

__device__ inline uint32_t shared_address(const void *pointer) {
  return (uint32_t)__cvta_generic_to_shared(pointer);
}

// Copies 16 bytes from global to shared memory, in the background of this work-item.
__device__ inline void copy_chunk(uint32_t to, const void *from) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
}

__device__ inline void copies_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits for all but the youngest PENDING groups of this work-item's copies.
template <int PENDING>
__device__ inline void copies_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
}

// 2 to a power, as the special-function unit has it: within 2 units in the last place; 0 for −∞.
__device__ inline float power_of_two(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// Tiles for the tensor cores have rows of 64 float16 numbers, 128 bytes, of which the 16-byte chunk
// c of row r lies at chunk c ^ (r % 8): no two rows of eight meet in a bank.

constexpr int ROW_HALVES = 64;
constexpr int ROW_BYTES = 128;

// Where the chunk of 8 numbers that holds column k of row r lies in a tile, in halves.
__device__ inline int chunk_at(int r, int k) {
  return r * ROW_HALVES + (((k >> 3) ^ (r & 7)) << 3);
}

// Two numbers rounded to float16, the first in the low half.
__device__ inline uint32_t halves(float first, float second) {
  __half2 both = __floats2half2_rn(first, second);
  return *reinterpret_cast<uint32_t *>(&both);
}

// Of four lanes that each hold a quarter of four blocks, makes four that each hold one block:
// afterwards lane q of them has block q, in order.
__device__ inline uint4 whole_block(uint32_t a, uint32_t b, uint32_t c, uint32_t d, int quarter) {
  const bool odd = quarter & 1;
  const bool high = quarter & 2;
  uint32_t u = __shfl_xor_sync(~0u, odd ? a : b, 1);
  uint32_t v = __shfl_xor_sync(~0u, odd ? c : d, 1);
  if (odd) {
    a = u;
    c = v;
  } else {
    b = u;
    d = v;
  }
  u = __shfl_xor_sync(~0u, high ? a : c, 2);
  v = __shfl_xor_sync(~0u, high ? b : d, 2);
  if (high) {
    a = u;
    b = v;
  } else {
    c = u;
    d = v;
  }
  return make_uint4(a, b, c, d);
}

// Writes 16 bytes to global memory at once.
__device__ inline void store_chunk(__half *to, uint4 block) {
  asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(to), "r"(block.x), "r"(block.y),
               "r"(block.z), "r"(block.w)
               : "memory");
}
