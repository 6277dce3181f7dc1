/// The devices that OpenCL offers, by their names: which driver's device is meant, and by which
/// kernels it computes a program. Not here: the kernels, portable ones and those for tensor cores.
package io.github.nonplus.device.opencl.provider;
