package io.github.nonplus.device.opencl;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;

/// Which settings of operations there are kernels for.
public final class Settings {
  private Settings() {}

  /// Whether there is a kernel for the operation as it is set.
  public static boolean supports(Operation operation) {
    return switch (operation) {
      case Embed embed -> embed.by() == Embed.Index.TOKEN && embed.scale() == 1;
      case Norm norm ->
          norm.kind() == Norm.Kind.RMS
              && norm.groups() == 1
              && norm.weight() != null
              && norm.bias() == null
              && norm.offset() == 0;
      case MatMul matmul -> matmul.scale() == 1;
      case Rotate rotate ->
          rotate.turned() == rotate.headSize()
              && rotate.pairing() == Rotate.Pairing.HALVES
              && !rotate.backwards();
      case Attend attend ->
          attend.mask() instanceof Mask.Causal
              && attend.valueSize() == attend.keySize()
              && attend.slopes().isEmpty()
              && attend.softCap() == 0
              && attend.sinks() == null;
      case Gate gate -> gate.activation() == Activation.SILU;
      case Combine combine -> combine.a() == 1 && combine.b() == 1;
      case SelectRows _ -> true;
      case Score score -> score.scale() == 1 && score.softCap() == 0;
      case Elementwise _, Scale _, Concatenate _ -> false;
    };
  }

  /// Refuses an operation that there is no kernel for.
  static void require(Operation operation) {
    if (!supports(operation)) {
      throw refusal(operation);
    }
  }

  static DeviceException refusal(Operation operation) {
    return new DeviceException(
        "the OpenCL devices have no kernel for the operation '%s'; use --device cpu"
            .formatted(operation.text()));
  }
}
