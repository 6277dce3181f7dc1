package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.SchemeForms;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that a model library takes along: run if they are this version's and fit the device, to
/// the last definition, refused otherwise.
class LibraryKernelsTest implements OpenClRequired {
  private static final HuggingFaceDirectory LLAMA =
      HuggingFaceDirectory.read(
          Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias"));
  private static final Batch BATCH = Batch.scoring(List.of(new int[] {3, 1, 4, 1, 5}));

  @Test
  void aLibraryHoldsEveryFileOnceAndNamesWhatIsBuiltOfIt() {
    DeviceCode code = compiled("opencl", Optional.of("portable-cpu")).code();
    assertThat(code.kernels()).isEqualTo("portable-cpu");
    assertThat(code.limits())
        .containsOnlyKeys("largest work-group", "local memory in bytes", "vector width in floats");
    assertThat(code.digests())
        .containsKeys("matmul.cl", "product.cl", "weight.cl", "number.cl", "attend.cl", "score.cl");
    assertThat(code.digests().values()).allMatch(digest -> digest.matches("[0-9a-f]{64}"));
    assertThat(code.builds()).doesNotHaveDuplicates();
    assertThat(code.builds().stream().map(DeviceCode.Build::file))
        .contains("embed.cl", "norm.cl", "matmul.cl", "rotate.cl", "attend.cl", "score.cl");
  }

  /// Two forms of float32 weights: whole, and their upper 16 bits.
  @Test
  void whereAFormatLeavesAChoiceEveryKernelIsThere() {
    ModelLibrary library = compiled("q0f32", "opencl", Optional.of("portable-cpu"));
    assertThat(library.code().builds().stream().filter(build -> build.file().equals("matmul.cl")))
        .extracting(build -> build.definitions().get("FORMAT"))
        .containsExactlyInAnyOrder("0", "2");
  }

  /// Compiled for a target that is not here, and run within its limits on the device that is.
  @ParameterizedTest
  @ValueSource(strings = {"android:adreno", "windows:adreno_x86"})
  void aLibraryForAdrenoRunsWithinItsLimits(String target) {
    ModelLibrary library = compiled(target, Optional.empty());
    double[] found = scores(library.code().kernels(), library, library.code());
    double[] expected = scores(library.code().kernels(), library, DeviceCode.NONE);
    assertThat(found).isEqualTo(expected);
  }

  /// No GPU of NVIDIA's is here, or it would be chosen to run the library, too.
  @ParameterizedTest
  @ValueSource(strings = {"hopper", "ampere"})
  void aLibraryForTensorCoresIsCompiledWhereThereAreNone(String generation) {
    FamilyModel novella = HuggingFaceDirectory.read(Path.of("../examples/novella-6m")).model();
    String kernels = "nvidia-" + generation;
    ModelLibrary library = compiled(novella, "q4f16_0", "opencl", Optional.of(kernels));
    assertThat(library.code().kernels()).isEqualTo(kernels);
    assertThat(library.code().digests())
        .containsKeys("tile_weight.cl", "tile_norm.cl", "join.cl")
        .containsKeys(generation + "_add.ptx", generation + "_gate.ptx", generation + "_score.ptx");
    assertThatThrownBy(() -> scores("portable-cpu", library, library.code()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("was compiled for the kernels " + kernels + ", but on ");
  }

  /// Of a checkpoint, as its headers say.
  @Test
  void aLibraryForWeightsAsTheyAreStoredRuns() {
    ModelLibrary library =
        Compiler.compile(
            LLAMA.model(),
            LLAMA.quantization(),
            LLAMA.forms(),
            "opencl",
            Optional.of("portable-cpu"),
            CompileOptions.SCORING,
            Devices::code,
            (_, _, _) -> {});
    assertThat(library.code().isNone()).isFalse();
    assertThat(scores("portable-cpu", library, library.code()))
        .isEqualTo(scores("portable-cpu", library, DeviceCode.NONE));
  }

  @Test
  void kernelsAreShownAsTheDriverGetsThem() {
    DeviceCode code = compiled("opencl", Optional.of("portable-cpu")).code();
    Map<String, String> texts = Devices.texts("opencl", code);
    assertThat(texts).hasSameSizeAs(code.builds());
    assertThat(texts.get("kernel.000-embed.cl"))
        .contains("#define SNIPPET dense\n", "#define FORMAT 1\n", "kernel void embed(")
        .doesNotContain("#include");
  }

  @Test
  void kernelsOfAnotherNameAreRefused() {
    ModelLibrary library = compiled("opencl", Optional.of("portable-gpu"));
    assertThatThrownBy(() -> scores("portable-cpu", library, library.code()))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("was compiled for the kernels portable-gpu, but on ")
        .hasMessageContaining("the kernels portable-cpu were chosen; compile it on this machine");
  }

  @Test
  void aKernelWhoseTextIsNotOursIsNotBuilt() {
    ModelLibrary library = compiled("opencl", Optional.of("portable-cpu"));
    DeviceCode code = library.code();
    Map<String, String> digests = new HashMap<>(code.digests());
    digests.merge("number.cl", "0".repeat(64), (_, other) -> other);
    refused(
        library,
        new DeviceCode(code.kernels(), code.limits(), digests, code.builds()),
        "the model library's kernel file number.cl is not that of this version of Nonplus");
    refused(
        library,
        new DeviceCode(
            code.kernels(), code.limits(), Map.of("../../secret", "kernel"), code.builds()),
        "the model library's kernel file ../../secret is not that of this version");
  }

  @Test
  void aBuildThatIsMissingIsNamed() {
    ModelLibrary library = compiled("opencl", Optional.of("portable-cpu"));
    DeviceCode code = library.code();
    List<DeviceCode.Build> builds =
        code.builds().stream().filter(build -> !build.file().equals("gate.cl")).toList();
    refused(
        library,
        new DeviceCode(code.kernels(), code.limits(), code.digests(), builds),
        "the model library has no build of gate.cl with -DACTIVATION=SILU -DLIMITED=0 -DONE=0 -DVEC=1, which these weights need");
  }

  @Test
  void limitsBeyondTheDeviceOrBeyondSenseAreRefused() {
    ModelLibrary library = compiled("opencl", Optional.of("portable-cpu"));
    refused(library, with(library, "local memory in bytes", 1L << 40), " of 1099511627776, but ");
    refused(library, with(library, "largest work-group", 0L), "largest work-group of 0, but ");
    refused(library, with(library, "vector width in floats", 3L), "vectors of 3 floats");
    DeviceCode code = library.code();
    refused(
        library,
        new DeviceCode(code.kernels(), Map.of(), code.digests(), code.builds()),
        "vector width in floats of null");
  }

  private static DeviceCode with(ModelLibrary library, String limit, long value) {
    DeviceCode code = library.code();
    Map<String, Long> limits = new HashMap<>(code.limits());
    limits.put(limit, value);
    return new DeviceCode(code.kernels(), limits, code.digests(), code.builds());
  }

  private static void refused(ModelLibrary library, DeviceCode code, String sentence) {
    assertThatThrownBy(() -> scores("portable-cpu", library, code))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining(sentence)
        .hasMessageContaining("compile");
  }

  /// For weights in float16, as the checkpoint has them.
  private static ModelLibrary compiled(String device, Optional<String> kernels) {
    return compiled("q0f16", device, kernels);
  }

  private static ModelLibrary compiled(String scheme, String device, Optional<String> kernels) {
    return compiled(LLAMA.model(), scheme, device, kernels);
  }

  private static ModelLibrary compiled(
      FamilyModel model, String scheme, String device, Optional<String> kernels) {
    MlcForm form = MlcForms.named(model.modelType(), "");
    return Compiler.compile(
        form.stored(model),
        scheme,
        SchemeForms.of(
            form.storedParameters(model), form.sources(model), Quantization.named(scheme)),
        device,
        kernels,
        CompileOptions.SCORING,
        Devices::code,
        (_, _, _) -> {});
  }

  private static double[] scores(String kernels, ModelLibrary library, DeviceCode code) {
    try (Device device = Devices.open("opencl", new DeviceOptions(1, Optional.of(kernels)));
        ModelWeights weights = LLAMA.openWeights();
        Executable executable =
            device.load(library.score("the library"), code, weights, BATCH.tokens())) {
      return executable.score(BATCH);
    }
  }
}
