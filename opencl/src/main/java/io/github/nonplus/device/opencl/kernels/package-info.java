/// Kernels from their files to something that a device runs: source, specialisation, building, and
/// the cache of what drivers built. Not here: which kernel an operation needs.
package io.github.nonplus.device.opencl.kernels;
