/// Programs on the tensor cores of NVIDIA's GPUs: factors in float16, sums in float32, the stream
/// of residuals in float32. The kernels for tensor cores are written in CUDA C++ (`src/main/cuda`)
/// and shipped as PTX, which the driver takes through OpenCL; the others are OpenCL C. Not here:
/// kernels for every device.
package io.github.nonplus.device.opencl.tensor;
