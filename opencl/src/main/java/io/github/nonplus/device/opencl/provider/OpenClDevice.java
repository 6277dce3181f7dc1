package io.github.nonplus.device.opencl.provider;

import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.opencl.OpenClExecutable;
import io.github.nonplus.device.opencl.Profile;
import io.github.nonplus.device.opencl.binding.ComputeDevice;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.BinaryCache;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.tensor.TensorExecutable;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;

/// One device of an OpenCL driver.
final class OpenClDevice implements Device {
  private final String name;
  private final ProfileChoice choice;
  private final Context context;
  private final Queue queue;
  private final KernelSet kernels;

  OpenClDevice(String name, ComputeDevice device, ProfileChoice choice) {
    if (!device.facts().compiler()) {
      throw new DeviceException(
          "%s has no compiler for OpenCL C; update its driver, or use --device cpu"
              .formatted(device.facts().name()));
    }
    this.name = name;
    this.choice = choice;
    this.context = Context.of(device);
    this.queue = context.queue();
    this.kernels = new KernelSet(context, BinaryCache.ofUser(device.facts()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    DeviceFacts facts = context.facts();
    return "%s (%s, driver %s%s)"
        .formatted(
            facts.name(),
            facts.version(),
            facts.driver(),
            DriverFaults.of(facts).map(fault -> "; " + fault).orElse(""));
  }

  @Override
  public String kernels() {
    return choice.first().family();
  }

  @Override
  public Computation computation(Program program, DeviceCode code) {
    return choice.computation(program, code);
  }

  /// Its threads are not this process's.
  @Override
  public int threads() {
    return 0;
  }

  @Override
  public Executable load(Function function, DeviceCode code, ModelWeights weights, int tokens) {
    KernelCode checked = KernelCode.checked(code);
    choice.computation(function.program(), code);
    Profile profile = choice.of(function.program(), code);
    Profile within = code.isNone() ? profile : profile.compiledFor(code, context.facts().name());
    return profile
        .cores()
        .<Executable>map(
            cores ->
                new TensorExecutable(
                    cores, function.program(), weights, tokens, context, queue, kernels, checked))
        .orElseGet(
            () ->
                new OpenClExecutable(
                    function, weights, tokens, context, queue, kernels, checked, within));
  }

  @Override
  public void close() {
    kernels.close();
    queue.close();
    context.close();
  }
}
