/// OpenCL's own nouns, typed and closeable, over LWJGL's binding: the loader, devices, contexts,
/// queues, memory, programs, kernels. No address leaves this package, and every call that fails
/// does so with its name and OpenCL's word for the reason. Not here: what is computed.
package io.github.nonplus.device.opencl.binding;
