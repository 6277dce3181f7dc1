/// The OpenCL devices: programs lowered to kernels, a launch or two for each operation. Weights
/// stay as they are stored and are expanded inside the product. The scalar class of an operation in
/// `device.cpu` is its definition; a kernel's file says how near it comes.
package io.github.nonplus.device.opencl;
