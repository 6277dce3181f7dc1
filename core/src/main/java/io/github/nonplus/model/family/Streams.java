package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Several residual streams beside each other (AltUp): a layer computes with one of them, and what
/// becomes of the others is predicted before, and corrected after it.
///
/// @param count how many there are
/// @param active the one that layers compute with
/// @param hidden width of each
record Streams(int count, int active, int hidden, double epsilon) {
  private static final double LEAST = 1e-5;
  private static final String NAME = "stream ";

  /// The streams that enter a layer, the first of which the program hands over.
  ///
  /// @param first the embedding where `layer` is 0
  List<Buffer> entering(ProgramBuilder program, int layer, Buffer first) {
    List<Buffer> streams = new ArrayList<>(List.of(first));
    for (int k = 1; k < count; k++) {
      streams.add(
          layer > 0
              ? program.shared(NAME + k)
              : projected(program, "x." + k, first, first, "model.altup_projections." + (k - 1)));
    }
    return streams;
  }

  /// Keeps all but the first for the next layer; after the last layer, their mean.
  ///
  /// @return what the program hands on
  Buffer leaving(ProgramBuilder program, boolean isLast, List<Buffer> streams) {
    Buffer first = streams.getFirst();
    if (!isLast) {
      for (int k = 1; k < count; k++) {
        program.share(NAME + k, streams.get(k));
      }
      return first;
    }
    Buffer sum = first;
    for (int k = 1; k < count; k++) {
      String name = "last." + k;
      String layer = "model.altup_unembed_projections." + (k - 1);
      Buffer own = projected(program, name, streams.get(k), first, layer);
      sum = program.sum(name + ".sum", sum, own, 1);
    }
    return program.scale("last.mean", sum, new Factor.Constant(1.0 / count));
  }

  /// A linear layer of a stream, made as large as another.
  private Buffer projected(
      ProgramBuilder program, String name, Buffer in, Buffer size, String layer) {
    Buffer plain = program.linear(name + ".projected", in, new Projection(layer, hidden));
    Buffer matched = program.tokens(name + ".matched", hidden);
    program.add(new Adjust(plain.view(), new Adjustment.Matched(size.view(), LEAST), matched));
    return matched;
  }

  /// Each stream plus a sum of all, weighed by what the active one says.
  ///
  /// @param at `model.layers.3.altup.`
  List<Buffer> predicted(ProgramBuilder program, String name, String at, List<Buffer> streams) {
    Buffer says = says(program, name + "predict.", at, streams.get(active));
    Buffer weights =
        program.linear(
            name + "predict.weights", says, new Projection(at + "prediction_coefs", count * count));
    List<Buffer> predicted = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      Buffer sum = streams.get(k);
      for (int m = 0; m < count; m++) {
        String own = "%spredict.%d.%d".formatted(name, k, m);
        View weight = new View(weights, k * count + m, 1);
        Buffer part = times(program, own, weight, streams.get(m));
        sum = program.sum(own + ".sum", sum, part, 1);
      }
      predicted.add(sum);
    }
    return predicted;
  }

  /// Each prediction plus what the layer changed of its own, weighed by what came out of it.
  ///
  /// @param out what the layer made of the active prediction
  List<Buffer> corrected(
      ProgramBuilder program, String name, String at, List<Buffer> predicted, Buffer out) {
    Buffer says = says(program, name + "correct.", at, out);
    Buffer weights =
        program.linear(
            name + "correct.weights", says, new Projection(at + "correction_coefs", count));
    Buffer change = program.tokens(name + "correct.change", hidden);
    program.add(new Combine(out.view(), 1, predicted.get(active).view(), -1, change));
    List<Buffer> corrected = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      String own = name + "correct." + k;
      Buffer plain = program.sum(own + ".plain", predicted.get(k), change, 1);
      Buffer weighed = times(program, own, new View(weights, k, 1), change);
      corrected.add(program.sum(own + ".sum", plain, weighed, 1));
    }
    return corrected;
  }

  private static Buffer times(ProgramBuilder program, String name, View weight, Buffer rows) {
    return program.gate(name, Activation.IDENTITY, weight, rows.view());
  }

  private Buffer says(ProgramBuilder program, String name, String at, Buffer in) {
    Buffer normed = program.norm(name + "norm", in, Norming.rms(at + "router_norm", epsilon), 1);
    Projection router = new Projection(at + "modality_router", count);
    Buffer routed = program.linear(name + "routed", normed, router, 1.0 / hidden);
    return program.activate(name + "says", routed, Activation.TANH);
  }
}
