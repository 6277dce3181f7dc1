package io.github.nonplus.device.opencl.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.opencl.Profile;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Which kernels compute a program: on an NVIDIA GPU the portable ones take the whole of what the
/// others do not compute, and the result says so.
class ProfileChoiceTest {
  private static final Profile HOPPER = Profile.unseen("nvidia-hopper");
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 64);
  private static final Buffer OUT = new Buffer("0.norm", RowSpace.TOKENS, 64);
  private static final Parameter WEIGHT = Parameter.vector("weight", 64);
  private static final Program LLAMAS = program(Norm.rms(X.view(), WEIGHT, 1e-5, OUT));
  private static final Program OTHER =
      program(new Norm(X.view(), Norm.Kind.LAYER, 1, WEIGHT, WEIGHT, 0, 1e-5, OUT));

  private static Program program(Operation operation) {
    return new Program(List.of(Embed.tokens(Parameter.matrix("table", 10, 64), X), operation));
  }

  @Test
  void tensorCoresComputeWhatTheyHaveKernelsFor() {
    ProfileChoice choice = new ProfileChoice(HOPPER, false);
    assertThat(choice.refusal(LLAMAS)).isEmpty();
    assertThat(choice.computation(LLAMAS, DeviceCode.NONE))
        .isEqualTo(new Computation("nvidia-hopper", Arithmetic.FLOAT16, 8192));
  }

  @Test
  void thePortableKernelsTakeTheWholeOfAnotherProgramAndTheResultSaysWhy() {
    ProfileChoice choice = new ProfileChoice(HOPPER, false);
    assertThat(choice.refusal(OTHER)).isEmpty();
    assertThat(choice.computation(OTHER, DeviceCode.NONE))
        .isEqualTo(
            Computation.inFloat32(
                "portable-gpu for every operation, as nvidia-hopper compute no norms with a mean"
                    + " (layer 0, operation norm norm)"));
    assertThat(choice.of(List.of(LLAMAS, OTHER)).family())
        .as("the kernels of a library, which serve all its programs")
        .isEqualTo("portable-gpu");
  }

  @Test
  void kernelsThatTheUserNamedNeverGiveWay() {
    ProfileChoice choice = new ProfileChoice(HOPPER, true);
    assertThatThrownBy(() -> choice.computation(OTHER, DeviceCode.NONE))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "the kernels nvidia-hopper compute no norms with a mean (layer 0, operation norm norm);"
                + " leave out --kernels nvidia-hopper, and portable-gpu compute the whole program");
    assertThat(choice.of(List.of(LLAMAS)).family()).isEqualTo("nvidia-hopper");
  }

  /// The other program of the library needed them.
  @Test
  void aLibraryOfPortableKernelsIsRunByThem() {
    DeviceCode code =
        new DeviceCode(
            "portable-gpu", Map.of(), Map.of(), List.of(new DeviceCode.Build("a.cl", Map.of())));
    assertThat(new ProfileChoice(HOPPER, false).of(LLAMAS, code).family())
        .isEqualTo("portable-gpu");
    assertThat(new ProfileChoice(HOPPER, false).computation(LLAMAS, code))
        .isEqualTo(
            Computation.inFloat32(
                "portable-gpu instead of nvidia-hopper, as the library brings them"));
    assertThat(new ProfileChoice(HOPPER, true).of(LLAMAS, code).family())
        .isEqualTo("nvidia-hopper");
  }

  @Test
  void whatExceedsTheDeviceIsRefusedWithOperationSettingAndRemedy() {
    Profile small = new Profile("portable-gpu", false, 4, 1 << 10, 64, true);
    Attend attend =
        Attend.causal(X.view(), X.view(), X.view(), 64, 1, new Buffer("out", RowSpace.TOKENS, 64));
    assertThatThrownBy(
            () -> new ProfileChoice(small, false).computation(program(attend), DeviceCode.NONE))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("the operation 'out[tokens, 64] = attend x to keys x values x")
        .hasMessageContaining("has attention heads of 64 elements, which need ")
        .hasMessageContaining("bytes of local memory, and the device has 1024; use --device cpu");
  }
}
