package io.github.nonplus.device.opencl.provider;

import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.DeviceProvider;
import io.github.nonplus.device.DeviceSummary;
import io.github.nonplus.device.opencl.Lowering;
import io.github.nonplus.device.opencl.Profile;
import io.github.nonplus.device.opencl.binding.ComputeDevice;
import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.OpenClLoader;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.device.opencl.tensor.TensorKernels;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.MatrixForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Offers `opencl` (the first GPU, else the first device), `opencl:N`, and the Adreno targets.
public final class OpenClProvider implements DeviceProvider {
  static final String NAME = "opencl";

  /// Targets by the names that MLC LLM gives them.
  private static final Map<String, Profile> ADRENO =
      Map.of(
          "android:adreno", Profile.ANDROID_ADRENO, "windows:adreno_x86", Profile.WINDOWS_ADRENO);

  @Override
  public List<String> names() {
    return List.of(NAME, NAME + ":N", "android:adreno", "windows:adreno_x86");
  }

  @Override
  public boolean accepts(String name) {
    return name.equals(NAME) || name.matches(NAME + ":[0-9]{1,4}") || ADRENO.containsKey(name);
  }

  @Override
  public Device open(String name, DeviceOptions options) {
    List<ComputeDevice> devices = OpenClLoader.devices();
    Profile adreno = ADRENO.get(name);
    if (adreno != null) {
      ComputeDevice device = adreno(name, devices);
      return new OpenClDevice(
          name, device, new ProfileChoice(adreno.within(device.facts()), false));
    }
    ComputeDevice device = name.equals(NAME) ? first(devices) : numbered(name, devices);
    Profile profile = Profile.of(device.facts(), options.kernels());
    return new OpenClDevice(
        name, device, new ProfileChoice(profile, options.kernels().isPresent()));
  }

  @Override
  public Optional<String> refusal(String name, Optional<String> kernels, Program program) {
    return choice(name, kernels).refusal(program);
  }

  private static ProfileChoice choice(String name, Optional<String> kernels) {
    return new ProfileChoice(profile(name, kernels), kernels.isPresent());
  }

  /// For the device that is here, or for the documented limits of a target that need not be.
  @Override
  public DeviceCode code(
      String name,
      Optional<String> kernels,
      List<Program> programs,
      Map<String, List<MatrixForm>> forms) {
    Profile profile = choice(name, kernels).of(programs);
    Set<Specialization> all = new LinkedHashSet<>();
    programs.forEach(
        program ->
            all.addAll(
                profile
                    .cores()
                    .map(cores -> TensorKernels.of(cores, program, forms))
                    .orElseGet(() -> new Lowering(profile).specializations(program, forms))));
    return KernelCode.of(profile.family(), profile.limits(), all);
  }

  @Override
  public Map<String, String> texts(DeviceCode code) {
    return KernelCode.texts(code);
  }

  private static Profile profile(String name, Optional<String> kernels) {
    Profile adreno = ADRENO.get(name);
    if (adreno != null) {
      if (kernels.isPresent() && !kernels.get().equals(adreno.family())) {
        throw new DeviceException(
            "a library for the device %s has the kernels %s; leave out --kernels %s"
                .formatted(name, adreno.family(), kernels.get()));
      }
      return adreno;
    }
    if (kernels.isPresent() && name.equals(NAME) && !isHere()) {
      return Profile.unseen(kernels.get());
    }
    List<ComputeDevice> devices = present();
    return name.equals(NAME)
        ? Profile.toCompile(first(devices).facts(), kernels)
        : Profile.of(numbered(name, devices).facts(), kernels);
  }

  private static List<ComputeDevice> present() {
    try {
      return OpenClLoader.devices();
    } catch (DeviceException e) {
      throw new DeviceException(
          e.getMessage()
              + "; to compile for another machine, name its kernels: --kernels portable-gpu",
          e);
    }
  }

  private static boolean isHere() {
    try {
      return !OpenClLoader.devices().isEmpty();
    } catch (DeviceException e) {
      return false;
    }
  }

  private static ComputeDevice first(List<ComputeDevice> devices) {
    return devices.stream()
        .filter(device -> device.facts().kind() == Kind.GPU)
        .findFirst()
        .orElse(devices.getFirst());
  }

  private static ComputeDevice numbered(String name, List<ComputeDevice> devices) {
    int number = Integer.parseInt(name.substring(NAME.length() + 1));
    if (number >= devices.size()) {
      throw new DeviceException(
          "there is no device %s: OpenCL has %d here, opencl:0 to opencl:%d; see nonplus devices"
              .formatted(name, devices.size(), devices.size() - 1));
    }
    return devices.get(number);
  }

  private static ComputeDevice adreno(String name, List<ComputeDevice> devices) {
    return devices.stream()
        .filter(device -> isAdreno(device.facts()))
        .findFirst()
        .orElseThrow(
            () ->
                new DeviceException(
                    ("the device %s runs on an Adreno GPU with Qualcomm's OpenCL driver only, and"
                            + " there is none here (there is %s); compile for --device opencl to"
                            + " run on this machine")
                        .formatted(name, devices.getFirst().facts().name())));
  }

  private static boolean isAdreno(DeviceFacts facts) {
    return (facts.platform() + facts.name() + facts.vendor())
            .toLowerCase(Locale.ROOT)
            .contains("qualcomm")
        && facts.kind() == Kind.GPU;
  }

  @Override
  public List<DeviceSummary> summaries() {
    List<DeviceSummary> summaries = new ArrayList<>();
    try {
      List<ComputeDevice> devices = OpenClLoader.devices();
      for (int i = 0; i < devices.size(); i++) {
        summaries.add(summary(NAME + ":" + i, devices.get(i).facts()));
      }
    } catch (DeviceException e) {
      summaries.add(new DeviceSummary(NAME, e.getMessage(), Map.of()));
    }
    return summaries;
  }

  private static DeviceSummary summary(String name, DeviceFacts facts) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("platform", facts.platform());
    lines.put("version", facts.version());
    lines.put("driver", facts.driver());
    DriverFaults.of(facts).ifPresent(fault -> lines.put("warning", fault));
    lines.put("kind", facts.kind() + ", " + facts.units() + " compute units");
    lines.put("memory", Memory.size(facts.globalMemory()));
    lines.put("largest allocation", Memory.size(facts.largestAllocation()));
    lines.put("local memory", facts.localMemory() / 1024 + " KiB");
    lines.put("largest work-group", facts.largestWorkGroup() + " work-items");
    lines.put("float16 arithmetic", facts.has("cl_khr_fp16") ? "yes" : "no (not needed)");
    lines.put("subgroups", facts.has("cl_khr_subgroups") ? "yes" : "no (not needed)");
    lines.put("kernels", Profile.of(facts).family());
    return new DeviceSummary(name, facts.name(), lines);
  }
}
