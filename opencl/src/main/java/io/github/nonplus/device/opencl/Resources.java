package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;

/// What steps are made of: kernels, weights and memory on a device.
///
/// @param texture null if the profile has none
/// @param tokens the most of a batch
record Resources(
    Profile profile,
    KernelSet kernels,
    KernelCode code,
    DeviceWeights weights,
    Frame frame,
    Texture texture,
    Allocations allocations,
    Queue queue,
    int tokens) {
  /// A kernel, which the library must hold if it holds any.
  Kernel kernel(Specialization specialization) {
    code.require(specialization);
    Kernel kernel = kernels.get(specialization);
    profile.require(kernel.name(), kernel.facts());
    return kernel;
  }

  Specializations specializations() {
    return new Specializations(profile);
  }

  /// Numbers that a step keeps on the device.
  ///
  /// @param what they are, for sentences
  Memory written(float[] values, String what) {
    Memory memory = allocations.take(4L * values.length, what);
    queue.write(memory, values);
    return memory;
  }
}
