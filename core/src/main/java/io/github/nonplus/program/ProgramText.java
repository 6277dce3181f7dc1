package io.github.nonplus.program;

import java.util.List;
import java.util.stream.Collectors;

/// Instructions as a reader wants to see them in a dump.
final class ProgramText {
  private ProgramText() {}

  static String line(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Embed embed -> "%s = embed %s".formatted(embed.output(), embed.table());
      case Instruction.Norm norm ->
          "%s = norm %s weight %s epsilon %s"
              .formatted(norm.output(), norm.input(), norm.weight(), norm.epsilon());
      case Instruction.MatMul matmul ->
          "%s = matmul %s by %s%s"
              .formatted(
                  matmul.output(),
                  matmul.input(),
                  parts(matmul.parts()),
                  matmul.residual() == null ? "" : " + " + matmul.residual());
      case Instruction.Rotate rotate ->
          "rotate %s heads of %d by %s"
              .formatted(rotate.vector(), rotate.headSize(), rotate.rotation());
      case Instruction.Attend attend ->
          "%s = attend %s to keys %s values %s heads of %d scale %s"
              .formatted(
                  attend.output(),
                  attend.query(),
                  attend.key(),
                  attend.value(),
                  attend.headSize(),
                  attend.scale());
      case Instruction.Gate gate ->
          "%s = %s(%s) * %s"
              .formatted(
                  gate.output(), gate.activation().name().toLowerCase(), gate.gate(), gate.up());
      case Instruction.Add add -> "%s = %s + %s".formatted(add.output(), add.left(), add.right());
      case Instruction.SelectRows select ->
          "%s = select %s".formatted(select.output(), select.input());
      case Instruction.Score score ->
          "score %s by %s".formatted(score.input(), parts(List.of(score.head())));
    };
  }

  private static String parts(List<Linear> parts) {
    return parts.stream()
        .map(part -> part.weight() + part.findBias().map(bias -> " + " + bias).orElse(""))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
