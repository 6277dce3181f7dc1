package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.KernelFacts;
import io.github.nonplus.device.opencl.kernels.BinaryCache;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.Model;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.ModelWeights;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalTest implements OpenClRequired {
  @Test
  void aDeviceThatIsNotThereIsCountedOut() {
    assertThatThrownBy(() -> Devices.open("opencl:999", DeviceOptions.defaults()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("there is no device opencl:999: OpenCL has ")
        .hasMessageContaining("nonplus devices");
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl:", "opencl:x", "opencl:-1", "opencl:99999", "android:mali"})
  void aNameOfNoDeviceIsUnknown(String name) {
    assertThatThrownBy(() -> Devices.requireKnown(name))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("unknown device '" + name + "'")
        .hasMessageContaining("opencl:N");
  }

  /// No machine that builds this has one.
  @ParameterizedTest
  @ValueSource(strings = {"android:adreno", "windows:adreno_x86"})
  void adrenoTargetsRunOnAdrenoOnly(String name) {
    Devices.requireKnown(name);
    assertThatThrownBy(() -> Devices.open(name, DeviceOptions.defaults()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("the device " + name + " runs on an Adreno GPU")
        .hasMessageContaining("compile for --device opencl");
  }

  @Test
  void kernelsOfNoNameAreRefused() {
    assertThatThrownBy(() -> Devices.open("opencl", new DeviceOptions(1, Optional.of("fastest"))))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("unknown kernels of OpenCL devices 'fastest'")
        .hasMessageContaining("portable-cpu, portable-gpu, adreno-android, adreno-windows");
  }

  @Test
  void batchesThatNeedMoreMemoryThanThereIsAreRefusedBeforeAnythingRuns() {
    int width = 1 << 20;
    Function function =
        Function.of(
            new Program(
                List.of(
                    Embed.tokens(
                        Parameter.matrix("table", 2, width),
                        new Buffer("out", RowSpace.TOKENS, width)))));
    GivenWeights weights = new GivenWeights().withFloats("table", 2, width);
    try (Device device = Devices.open("opencl", DeviceOptions.defaults())) {
      assertThatThrownBy(() -> device.load(function, weights, 1 << 20))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("batches of 1048576 tokens need 4398.1 GB on the device")
          .hasMessageContaining("8 MB of weights")
          .hasMessageContaining("use smaller batches");
    }
  }

  /// What is said before anything is taken is what is then taken.
  @ParameterizedTest
  @ValueSource(strings = {"llama-bias", "llama-dynamic-rope"})
  void theMemoryThatAProgramNeedsIsWhatItTakes(String name) {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(Fixture.folder(name));
    Function score =
        Function.of(Passes.apply(model.model().program(Model.Output.SCORE), (_, _) -> {}));
    try (Device device = Devices.open("opencl", DeviceOptions.defaults());
        ModelWeights weights = model.openWeights();
        Executable executable = device.load(score, weights, 33)) {
      long ofWeights = DeviceWeights.of(score.program(), weights).bytes();
      Profile profile = Profile.of(OpenClRequired.devices().getFirst().facts());
      assertThat(((OpenClExecutable) executable).bytes())
          .isEqualTo(MemoryNeed.of(score, ofWeights, profile, 33).total());
    }
  }

  @Test
  void aKernelBeyondTheLimitsOfItsProfileIsRefused() {
    Profile small = new Profile("small", false, 4, 4096, 16, true);
    small.require("some.cl", new KernelFacts(1, 1024, 16, 4096));
    assertThatThrownBy(() -> small.require("some.cl", new KernelFacts(1, 1024, 0, 4097)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "the kernel file some.cl takes 4097 bytes of local memory, but the kernels small may"
                + " take 4096");
    assertThatThrownBy(() -> small.require("some.cl", new KernelFacts(1, 1024, 17, 0)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(
            "runs in work-groups of 17 work-items, but the kernels small may have 16");
  }

  /// PoCL counts local memory as every driver does.
  @Test
  void theLocalMemoryOfAKernelIsWhatItsShapeSays() {
    Specialization attend = new AttendKernels(heads(64), Profile.ANDROID_ADRENO).specialization();
    try (Context context = Context.of(OpenClRequired.devices().getFirst());
        KernelSet kernels = new KernelSet(context, BinaryCache.ofUser(context.facts()))) {
      KernelFacts facts = kernels.get(attend).facts();
      AttendShape shape = AttendShape.of(Profile.ANDROID_ADRENO, heads(64));
      assertThat(facts.localMemory()).isPositive().isLessThanOrEqualTo(shape.localMemory());
      assertThat(facts.givenWorkGroup()).isEqualTo(shape.lanes());
    }
  }

  @Test
  void onePieceThatIsLargerThanTheDeviceGivesIsRefused() {
    try (Context context = Context.of(OpenClRequired.devices().getFirst())) {
      assertThatThrownBy(() -> context.allocate(1L << 50, "the activations"))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("the activations need 1125899.9 GB in one piece")
          .hasMessageContaining("gives at most");
    }
  }

  @Test
  void headsThatFitNoTileAreRefused() {
    Profile small = new Profile("small", false, 4, 1 << 10, 64, true);
    assertThatThrownBy(() -> AttendShape.of(small, heads(256)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("attention heads of 256 elements, which need ")
        .hasMessageContaining("the device has 1024");
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 80, 96, 128, 192, 256})
  void tilesKeepToTheLimitsOfAdreno(int headSize) {
    for (Profile profile : List.of(Profile.ANDROID_ADRENO, Profile.WINDOWS_ADRENO)) {
      AttendShape attend = AttendShape.of(profile, heads(headSize));
      assertThat(attend.localMemory()).isLessThanOrEqualTo(profile.localMemory());
      assertThat(attend.lanes()).isLessThanOrEqualTo(profile.largestWorkGroup());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q0f16", "q3f16_0", "q4f16_0", "q4f16_1"})
  void tilesOfProductsKeepToTheLimitsOfAdreno(String scheme) {
    GivenWeights weights = new GivenWeights();
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    MatrixForm form = weights.matrix(Quantization.named(scheme), layout, 8, 80).form();
    for (Profile profile : List.of(Profile.ANDROID_ADRENO, Profile.WINDOWS_ADRENO)) {
      ProductShape product = ProductShape.of(profile, form);
      assertThat(product.texture()).isEqualTo(scheme.matches("q[34]f16_0"));
      assertThat(product.localMemory()).isLessThanOrEqualTo(profile.localMemory());
      assertThat(product.lanes() * product.teams()).isLessThanOrEqualTo(profile.largestWorkGroup());
      assertThat(1024 % product.tileOutputs()).as("a chunk of the score is whole tiles").isZero();
    }
  }

  private static Attend heads(int size) {
    Buffer all = new Buffer("all", RowSpace.TOKENS, size);
    View view = all.view();
    return Attend.causal(view, view, view, size, 1, new Buffer("out", RowSpace.TOKENS, size));
  }

  @Test
  void batchesOfOneTokenRun() {
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      GivenWeights weights = new GivenWeights().withFloats("table", 3, 5);
      Embed embed =
          Embed.tokens(Parameter.matrix("table", 3, 5), new Buffer("out", RowSpace.TOKENS, 5));
      Batch batch = new Batch(new int[] {2}, new int[] {0, 1}, new int[0], new int[0]);
      float[] expected = new float[5];
      weights.matrix("table", 3, 5).decode(2, 3, expected, 0);
      assertThat(device.output(List.of(embed), weights, batch)).isEqualTo(expected);
    }
  }
}
