package io.github.nonplus.device.opencl.kernels;

import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.KernelProgram;
import io.github.nonplus.failure.DeviceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The kernels of one context, each built once.
public final class KernelSet implements AutoCloseable {
  private final Context context;
  private final Optional<BinaryCache> cache;
  private final Map<Specialization, KernelProgram> programs = new HashMap<>();
  private int built;

  public KernelSet(Context context, Optional<BinaryCache> cache) {
    this.context = context;
    this.cache = cache;
  }

  /// The kernel of that specialisation.
  public Kernel get(Specialization specialization) {
    return programs.computeIfAbsent(specialization, this::program).kernel();
  }

  /// How many kernels had to be built from source.
  public int built() {
    return built;
  }

  private KernelProgram program(Specialization specialization) {
    if (specialization.isPtx()) {
      return ptx(specialization.file());
    }
    String source = specialization.source();
    String options = options(context.facts(), specialization);
    return cache
        .flatMap(kept -> kept(kept, specialization, source, options))
        .orElseGet(() -> built(specialization, source, options));
  }

  private Optional<KernelProgram> kept(
      BinaryCache cache, Specialization specialization, String source, String options) {
    return cache
        .read(cache.path(context.facts(), source, options))
        .flatMap(bytes -> context.load(specialization.file(), bytes, options));
  }

  private KernelProgram built(Specialization specialization, String source, String options) {
    KernelProgram program = context.build(specialization.file(), source, options);
    built++;
    cache.ifPresent(
        to ->
            program
                .binary()
                .ifPresent(bytes -> to.write(to.path(context.facts(), source, options), bytes)));
    return program;
  }

  /// What the driver makes of PTX it keeps in a cache of its own.
  private KernelProgram ptx(String file) {
    return context
        .loadPtx(file, KernelSource.text(file))
        .orElseThrow(
            () ->
                new DeviceException(
                    ("the driver %s does not take the kernel file %s, which needs 545 or newer;"
                            + " update the driver, or use --kernels portable-gpu")
                        .formatted(context.facts().driver(), file)));
  }

  private static String options(DeviceFacts device, Specialization specialization) {
    return "-cl-std=CL1.2 -DFMA="
        + (device.fusedMultiplyAdd() ? "fma" : "mad")
        + (device.roundedDivision() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")
        + (specialization.definitions().isEmpty() ? "" : " " + specialization.options());
  }

  @Override
  public void close() {
    programs.values().forEach(KernelProgram::close);
  }
}
