package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.stream.Stream;

/// The output layer: losses, and logits where they are asked for.
record ScoreKernels(Score score, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    Specializations specializations = new Specializations(profile);
    return forms.stream()
        .flatMap(
            form ->
                Stream.concat(
                    specializations.packing(form),
                    Stream.of(
                        specializations.score(form, score),
                        Specializations.join(),
                        specializations.logits(form, score))));
  }

  @Override
  public long bytes(int tokens) {
    return ScoreStep.bytes(score, tokens);
  }

  @Override
  public int depth() {
    return score.input().width();
  }

  @Override
  public Step prepare(Resources resources) {
    return new ScoreStep(score, resources);
  }
}
