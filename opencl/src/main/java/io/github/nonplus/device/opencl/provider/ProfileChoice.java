package io.github.nonplus.device.opencl.provider;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.opencl.Lowering;
import io.github.nonplus.device.opencl.Profile;
import io.github.nonplus.device.opencl.tensor.Coverage;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.program.Program;
import java.util.List;
import java.util.Optional;

/// The kernels that a device computes programs with: the user's choice, or the device's fastest,
/// which give way to the portable ones where they do not compute a whole program.
///
/// @param isNamed whether the user named the kernels, which then never give way
record ProfileChoice(Profile first, boolean isNamed) {
  /// What the first kernels do not compute of a program.
  private Optional<String> gap(Program program) {
    return first.cores().flatMap(_ -> Coverage.gap(program));
  }

  /// The profile for programs that are to run by the same kernels.
  Profile of(List<Program> programs) {
    boolean givesWay = !isNamed && programs.stream().anyMatch(program -> gap(program).isPresent());
    return givesWay ? first.portable() : first;
  }

  /// The profile for a program of a library that brings kernels: those for one of its programs are
  /// those for all.
  ///
  /// @param code of the library, which may bring none
  Profile of(Program program, DeviceCode code) {
    boolean isPortable =
        !isNamed && first.cores().isPresent() && code.kernels().equals(first.portable().family());
    return isPortable ? first.portable() : of(List.of(program));
  }

  /// Why a program cannot be computed, in a sentence; empty if it can.
  Optional<String> refusal(Program program) {
    Optional<String> gap = gap(program);
    if (gap.isPresent() && isNamed) {
      return Optional.of(
          "the kernels %s compute no %s; leave out --kernels %s, and %s compute the whole program"
              .formatted(first.family(), gap.get(), first.family(), first.portable().family()));
    }
    Profile profile = of(List.of(program));
    return profile.cores().isPresent() ? Optional.empty() : new Lowering(profile).refusal(program);
  }

  /// How a program is computed.
  ///
  /// @param code the kernels that a library brings, if it does
  /// @throws DeviceException if it cannot be
  Computation computation(Program program, DeviceCode code) {
    refusal(program)
        .ifPresent(
            why -> {
              throw new DeviceException(why);
            });
    Profile profile = of(program, code);
    return new Computation(
        profile.family() + reason(program, profile),
        profile.cores().isPresent() ? Arithmetic.FLOAT16 : Arithmetic.FLOAT32,
        profile.wantedBatch());
  }

  /// Why a profile is not the first.
  private String reason(Program program, Profile profile) {
    if (profile.equals(first)) {
      return "";
    }
    return gap(program)
        .map(gap -> " for every operation, as %s compute no %s".formatted(first.family(), gap))
        .orElse(" instead of %s, as the library brings them".formatted(first.family()));
  }
}
