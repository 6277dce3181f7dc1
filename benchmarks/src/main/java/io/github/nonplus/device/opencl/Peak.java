package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.ComputeDevice;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.BinaryCache;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;
import java.util.function.Supplier;

/// What a device can do at best, measured: the best of a few runs.
///
/// @param operations float32 multiplications and additions a second; of tensor cores, float16 ones
///   by the vendor's figure
/// @param bytes of memory read and written a second
record Peak(double operations, double bytes) {
  /// NVIDIA's datasheet for H100 and H200 (SXM), float16 without sparsity.
  private static final double HOPPER = 989.4e12;

  private static final int RUNS = 7;
  private static final int CHAINS = 12;
  private static final long COPIED = 256L << 20;

  /// @param tensorCores whether products are made by them
  static Peak of(ComputeDevice device, boolean tensorCores) {
    Profile profile = Profile.of(device.facts());
    try (Context context = Context.of(device);
        Queue queue = context.queue();
        KernelSet kernels = new KernelSet(context, BinaryCache.ofUser(context.facts()))) {
      return new Peak(
          tensorCores ? HOPPER : operations(profile, device, context, queue, kernels),
          bytes(profile, context, queue, kernels));
    }
  }

  private static double operations(
      Profile profile, ComputeDevice device, Context context, Queue queue, KernelSet kernels) {
    boolean cpu = device.facts().kind() == Kind.CPU;
    int rounds = cpu ? 1 << 20 : 1 << 14;
    int lanes = cpu ? 1 : profile.lanes(256);
    long groups = (long) device.facts().units() * (cpu ? 8 : 64);
    Kernel kernel =
        kernels.get(
            Specialization.of("peak_multiply_add.cl")
                .with("VEC", profile.vectorWidth())
                .with("CHAINS", CHAINS)
                .with("ROUNDS", rounds));
    try (Memory out = context.allocate(4 * groups * lanes, "the sums of chains")) {
      double seconds = best(queue, () -> kernel.arguments().memory(out).real(0.99f), lanes, groups);
      return 2.0 * rounds * CHAINS * profile.vectorWidth() * lanes * groups / seconds;
    }
  }

  private static double bytes(Profile profile, Context context, Queue queue, KernelSet kernels) {
    int lanes = profile.lanes(256);
    long copied = Math.min(COPIED, context.facts().largestAllocation() / 4);
    long groups = copied / (4L * profile.vectorWidth() * lanes);
    Kernel kernel =
        kernels.get(Specialization.of("peak_copy.cl").with("VEC", profile.vectorWidth()));
    try (Memory from = context.allocate(copied, "what is copied");
        Memory to = context.allocate(copied, "the copy")) {
      double seconds = best(queue, () -> kernel.arguments().memory(from).memory(to), lanes, groups);
      return 2.0 * groups * lanes * profile.vectorWidth() * 4 / seconds;
    }
  }

  private static double best(Queue queue, Supplier<Arguments> arguments, int lanes, long groups) {
    double best = Double.POSITIVE_INFINITY;
    for (int run = 0; run < RUNS; run++) {
      queue.finish();
      long begin = System.nanoTime();
      queue.launch(arguments.get(), lanes, 1, groups, 1);
      queue.finish();
      best = Math.min(best, (System.nanoTime() - begin) / 1e9);
    }
    return best;
  }
}
