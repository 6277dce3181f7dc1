// Words for what a Hopper multiprocessor (compute capability 9.0) can do and CUDA C++ cannot say:
// barriers in shared memory, bulk copies, and products of 64 rows by the tensor cores.
#pragma once
#include "words.cuh"

// Barriers that count arrivals, and bytes that bulk copies have brought.

__device__ inline void barrier_create(uint64_t *barrier, uint32_t arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(arrivals)
               : "memory");
}

// What barrier_create wrote is seen by the copy engine from here on.
__device__ inline void barriers_created() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

__device__ inline void barrier_arrive(uint64_t *barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier))
               : "memory");
}

__device__ inline void barrier_arrive_expecting(uint64_t *barrier, uint32_t bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(
                   shared_address(barrier)),
               "r"(bytes)
               : "memory");
}

__device__ inline void barrier_wait(uint64_t *barrier, uint32_t phase) {
  asm volatile(
      "{\n"
      ".reg .pred done;\n"
      "again:\n"
      "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
      "@done bra.uni over;\n"
      "bra.uni again;\n"
      "over:\n"
      "}\n" ::"r"(shared_address(barrier)),
      "r"(phase)
      : "memory");
}

// Copies bytes (a multiple of 16) from global to shared memory; the barrier counts them.
__device__ inline void copy_bulk(void *to, const void *from, uint32_t bytes, uint64_t *barrier) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
          "r"(shared_address(to)),
      "l"(from), "r"(bytes), "r"(shared_address(barrier))
      : "memory");
}

// Ordinary writes to shared memory are seen by the tensor cores from here on.
__device__ inline void shared_written() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// Registers of this warp group, between the roles of a kernel.

template <int REGISTERS>
__device__ inline void registers_give() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(REGISTERS));
}

template <int REGISTERS>
__device__ inline void registers_take() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(REGISTERS));
}

// A matrix operand in such a tile. `stride` is the distance in bytes between groups of 8 rows where
// rows run along the sum's dimension (`leading`: between groups of 64 columns), else 1024.
__device__ inline uint64_t operand(uint32_t address, uint32_t leading, uint32_t stride) {
  return (uint64_t)(address >> 4) | (uint64_t)(leading >> 4) << 16 |
         (uint64_t)(stride >> 4) << 32 | (uint64_t)1 << 62;
}

__device__ inline uint64_t operand(const void *tile) {
  return operand(shared_address(tile), 16, 1024);
}

// The next 16 numbers of each row of an operand.
constexpr uint64_t NEXT_16 = 32 >> 4;

__device__ inline void products_begin() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

__device__ inline void products_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

template <int PENDING>
__device__ inline void products_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(PENDING) : "memory");
}
