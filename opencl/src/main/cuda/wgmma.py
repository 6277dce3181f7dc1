"""Writes wgmma.cuh: one function for each shape of a product that the kernels use."""

HEAD = """// Products of 64 rows by the tensor cores of a Hopper multiprocessor: sums += left · right, or, where
// nothing is added to, sums = left · right; over 16 inputs, float16 operands and float32 sums. Written
// by wgmma.py.
//
// Each warp of the group of four holds 16 of the rows. Of n outputs a work-item holds n / 2 sums:
// sums[4 j + i] is column 8 j + 2 (lane % 4) + i % 2 of row lane / 4 + 8 (i / 2) of its warp.
#pragma once
#include <stdint.h>
"""


def function(n, left):
    count = n // 2
    sums = ", ".join(f"%{i}" for i in range(count))
    if left == "shared":
        name, parameter = f"product_{n}", "uint64_t left"
        operands, given = f"%{count}, %{count + 1}", '"l"(left), "l"(right)'
        last = count + 2
        transposed = ", 0, 0"
    else:
        # The right operand's rows run along the sum's dimension.
        name, parameter = f"product_of_registers_{n}", "const uint32_t (&left)[4]"
        registers = ", ".join(f"%{count + i}" for i in range(4))
        operands = f"{{{registers}}}, %{count + 4}"
        last = count + 5
        given = ", ".join(f'"r"(left[{i}])' for i in range(4)) + ', "l"(right)'
        transposed = ", 1"
    written = ", ".join(f'"+f"(sums[{i}])' for i in range(count))
    return f"""
template <bool ADDS>
__device__ inline void {name}(float (&sums)[{count}], {parameter}, uint64_t right) {{
  asm volatile(
      "{{\\n"
      ".reg .pred adds;\\n"
      "setp.ne.b32 adds, %{last}, 0;\\n"
      "wgmma.mma_async.sync.aligned.m64n{n}k16.f32.f16.f16 {{{sums}}}, {operands}, adds, 1, 1{transposed};\\n"
      "}}\\n"
      : {written}
      : {given}, "n"(ADDS));
}}
"""


print(HEAD, end="")
for n in [64, 128, 256]:
    print(function(n, "shared"), end="")
for n in [32, 64, 80, 96, 128, 256]:
    print(function(n, "registers"), end="")
