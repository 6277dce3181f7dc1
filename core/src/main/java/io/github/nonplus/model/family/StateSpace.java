package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.Collections;
import java.util.List;

/// Mamba-2: a layer gives gate, x, B, C and the step of each head; x, B and C go through a short
/// convolution; a memory of each head takes B as keys, C as queries and x as values; what is read
/// from it is gated and normed.
///
/// @param at where its tensors are: `model.layers.3.mamba.`
/// @param hidden width of the residual stream
/// @param gating what becomes of the output
/// @param scales that gate, x, B, C and steps are multiplied by
record StateSpace(
    Shape shape, String at, int hidden, Biases biases, Gating gating, List<Double> scales)
    implements Part {
  private static final List<String> PARTS = List.of("gate", "x", "B", "C", "dt");

  /// Nothing is multiplied.
  static final List<Double> UNSCALED = Collections.nCopies(PARTS.size(), 1.0);

  StateSpace {
    scales = List.copyOf(scales);
  }

  /// @param groups of heads that share B and C
  /// @param states columns of B and C of a group
  /// @param least of a step
  /// @param most of a step
  record Shape(
      int heads, int headSize, int groups, int states, int taps, double least, double most) {
    Shape {
      if (heads % groups != 0) {
        throw new IllegalArgumentException("%d heads in %d groups".formatted(heads, groups));
      }
    }

    int width() {
      return Math.multiplyExact(heads, headSize);
    }

    int shared() {
      return Math.multiplyExact(groups, states);
    }
  }

  /// Which layers have one.
  record Biases(boolean input, boolean convolution, boolean output) {}

  /// How the output is gated by silu(gate), and normed.
  ///
  /// @param norm null for none
  /// @param groups of columns that are normed by themselves
  /// @param normsFirst whether the norm comes before the gate
  record Gating(Norming norm, int groups, boolean normsFirst) {}

  /// Says of which stored tensors its parameters are made: `in_proj` and `conv1d` hold several.
  StateSpace from(LlamaLike like) {
    int width = shape.width();
    int shared = shape.shared();
    int[] widths = {width, width, shared, shared, shape.heads()};
    int rows = 0;
    for (int each : widths) {
      rows = Math.addExact(rows, each);
    }
    Source weight = Source.stored(at + "in_proj.weight", rows, hidden);
    Source bias = Source.stored(at + "in_proj.bias", rows);
    int from = 0;
    for (int i = 0; i < widths.length; i++) {
      int to = from + widths[i];
      like.source(at + PARTS.get(i) + ".weight", weight.rows(from, to));
      if (biases.input()) {
        like.source(at + PARTS.get(i) + ".bias", bias.rows(from, to));
      }
      from = to;
    }
    String[] convolutions = {at + "x_conv", at + "B_conv", at + "C_conv"};
    Convolutions.apart(
        like,
        at + "conv1d",
        shape.taps(),
        biases.convolution(),
        convolutions,
        width,
        shared,
        shared);
    return this;
  }

  /// The limits of steps, `time_step_limit`, in which newer files write infinity as an object.
  static double[] limits(ConfigReader config) {
    double[] limits = {0, Softplus.UNLIMITED};
    config
        .find("time_step_limit")
        .ifPresent(
            value -> {
              for (int i = 0; i < 2; i++) {
                var each = value.path(i);
                boolean infinite =
                    each.path("__float__").asText().equals("Infinity")
                        || each.isNumber() && each.doubleValue() == Double.POSITIVE_INFINITY;
                if (value.size() != 2 || !infinite && !each.isNumber()) {
                  throw config.failure(
                      "time_step_limit is %s, expected the least and the most of a step"
                          .formatted(config.shown("time_step_limit")));
                }
                limits[i] = infinite ? Softplus.UNLIMITED : each.doubleValue();
              }
            });
    if (!(limits[0] >= 0 && limits[0] <= limits[1])) {
      throw config.failure(
          "time_step_limit is %s, expected two numbers from 0 on, ascending"
              .formatted(config.shown("time_step_limit")));
    }
    return limits;
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".space.";
    Buffer x = linear(program, name, in, 1, shape.width());
    Buffer b = linear(program, name, in, 2, shape.shared());
    Buffer c = linear(program, name, in, 3, shape.shared());
    Buffer dt = linear(program, name, in, 4, shape.heads());
    x = convolved(program, name + "x", x, "x_conv");
    b = convolved(program, name + "B", b, "B_conv");
    c = convolved(program, name + "C", c, "C_conv");
    int heads = shape.heads();
    Buffer step = program.tokens(name + "step", heads);
    Parameter bias = Parameter.vector(at + "dt_bias", heads);
    program.add(new Softplus(dt.view(), bias, shape.least(), shape.most(), step));
    Buffer decay = program.tokens(name + "decay", heads);
    program.add(new Decay(step.view(), Parameter.vector(at + "A_log", heads), decay));
    ScanLaw law =
        new ScanLaw.Memory(
            c.view(),
            b.view(),
            x.view(),
            shape.states(),
            shape.headSize(),
            step.view(),
            decay.view(),
            List.of(),
            false,
            1,
            Parameter.vector(at + "D", heads));
    Buffer out = program.scan(name + "heads", law);
    if (gating.normsFirst()) {
      out = normed(program, name, out);
    }
    // Late, so that it need not lie beside all that the memory reads.
    Buffer gate = linear(program, name, in, 0, shape.width());
    out = program.gate(name + "heads.gated", Activation.SILU, gate.view(), out.view());
    if (!gating.normsFirst()) {
      out = normed(program, name, out);
    }
    return program.linear(
        name + "out", out, new Projection(at + "out_proj", hidden, biases.output()));
  }

  private Buffer linear(ProgramBuilder program, String name, Buffer in, int part, int width) {
    String tensor = PARTS.get(part);
    Projection projection = new Projection(at + tensor, width, biases.input());
    return program.linear(name + tensor, in, projection, scales.get(part));
  }

  private Buffer convolved(ProgramBuilder program, String name, Buffer in, String tensor) {
    Buffer mixed =
        program.convolve(name + ".mixed", in, at + tensor, shape.taps(), biases.convolution());
    return program.activate(name + ".conv", mixed, Activation.SILU);
  }

  private Buffer normed(ProgramBuilder program, String name, Buffer out) {
    return gating.norm() == null
        ? out
        : program.norm(
            name + "heads.norm", out.view(), gating.norm(), gating.groups(), out.width());
  }
}
