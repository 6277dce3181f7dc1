package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.Source;

/// Mamba: x goes through a short convolution, and chooses from there how far each of its columns
/// steps, and what they are written with and read by.
///
/// @param at where its tensors are: `backbone.layers.3.mixer.`
/// @param hidden width of the residual stream
/// @param width of x
/// @param rank columns from which steps are computed
/// @param states numbers of a column's state
/// @param bias of the first layer and the last
/// @param norms of steps, B and C; null for none
record SelectiveSpace(
    String at,
    int hidden,
    int width,
    int rank,
    int states,
    int taps,
    boolean bias,
    boolean convolutionBias,
    Norms norms)
    implements Part {
  /// Norms by the names of their weights, which are null where they have none.
  record Norms(Norming step, Norming b, Norming c) {
    static final Norms NONE = new Norms(null, null, null);
  }

  /// Says of which stored tensors its parameters are made: rows of `in_proj` are x, then its gate.
  SelectiveSpace from(LlamaLike like) {
    Source weight = Source.stored(at + "in_proj.weight", 2 * width, hidden);
    like.source(at + "x.weight", weight.rows(0, width));
    like.source(at + "z.weight", weight.rows(width, 2 * width));
    if (bias) {
      Source biases = Source.stored(at + "in_proj.bias", 2 * width);
      like.source(at + "x.bias", biases.rows(0, width));
      like.source(at + "z.bias", biases.rows(width, 2 * width));
    }
    Convolutions.whole(like, at + "conv1d", width, taps);
    return this;
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    Buffer x = program.linear(name + "x", in, new Projection(at + "x", width, bias));
    x = program.convolve(name + "x.mixed", x, at + "conv1d", taps, convolutionBias);
    x = program.activate(name + "x.conv", x, Activation.SILU);
    Buffer chosen =
        program.linear(name + "choice", x, new Projection(at + "x_proj", rank + 2 * states));
    View narrow = normed(program, name + "dt", new View(chosen, 0, rank), norms.step());
    View b = normed(program, name + "B", new View(chosen, rank, states), norms.b());
    View c = normed(program, name + "C", new View(chosen, rank + states, states), norms.c());
    Buffer dt = program.linear(name + "dt", narrow, new Projection(at + "dt_proj", width, true));
    Buffer step = program.tokens(name + "step", width);
    program.add(Softplus.of(dt.view(), null, step));
    ScanLaw law =
        new ScanLaw.Selective(
            x.view(),
            step.view(),
            b,
            c,
            Parameter.matrix(at + "A_log", width, states),
            Parameter.vector(at + "D", width));
    Buffer out = program.scan(name + "y", law);
    // Late, so that it need not lie beside all that the recurrence reads.
    Buffer z = program.linear(name + "z", in, new Projection(at + "z", width, bias));
    Buffer gated = program.gate(name + "y.gated", Activation.SILU, z.view(), out.view());
    return program.linear(name + "space", gated, new Projection(at + "out_proj", hidden, bias));
  }

  private static View normed(ProgramBuilder program, String name, View columns, Norming norm) {
    return norm == null
        ? columns
        : program.norm(name + ".norm", columns, norm, 1, columns.width()).view();
  }
}
