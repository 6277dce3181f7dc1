/// How fast the kernels of an OpenCL device are. In the device's package, to reach its queue.
package io.github.nonplus.device.opencl;
