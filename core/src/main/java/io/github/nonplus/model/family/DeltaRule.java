package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;

/// The gated delta rule: queries, keys and values go through short convolutions, queries and keys
/// are made as long as 1, a memory of each head is corrected by them, and what is read from it is
/// normed and gated. Its tensors are called `q_proj`, `q_conv1d`, `b_proj`, `A_log`, `o_norm`; a
/// family that stores them otherwise says from what they are made.
///
/// @param at where its tensors are: `model.layers.3.linear_attn.`
/// @param hidden width of the residual stream
/// @param norm of each head of the output
/// @param gate of the normed output
/// @param strength that steps are multiplied by: 2 where eigenvalues may be negative
/// @param rank width of the narrow layers of decays and gates, whose decays are of each key column;
///   0 if a layer gives each in one go, and decays are of each head
record DeltaRule(
    Shape shape,
    String at,
    int hidden,
    int taps,
    Norming norm,
    Activation gate,
    double strength,
    int rank)
    implements Part {
  /// Added to the sum of squares by which queries and keys are divided.
  private static final double EPSILON = 1e-6;

  /// @param keyHeads of queries and keys
  /// @param heads of values; `heads / keyHeads` share a key
  record Shape(int keyHeads, int heads, int keySize, int valueSize) {
    Shape {
      if (heads % keyHeads != 0) {
        throw new IllegalArgumentException(
            "%d heads of values on %d of keys".formatted(heads, keyHeads));
      }
      Math.multiplyExact(Math.multiplyExact(heads, keySize), valueSize);
    }

    int keyWidth() {
      return Math.multiplyExact(keyHeads, keySize);
    }

    int width() {
      return Math.multiplyExact(heads, valueSize);
    }
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    int keys = shape.keyWidth();
    Buffer q = program.linear(name + "q", in, new Projection(at + "q_proj", keys));
    Buffer k = program.linear(name + "k", in, new Projection(at + "k_proj", keys));
    Buffer v = program.linear(name + "v", in, new Projection(at + "v_proj", shape.width()));
    Buffer b = program.linear(name + "b", in, new Projection(at + "b_proj", shape.heads()));
    Buffer decay = decay(program, name, in);
    q = convolved(program, name + "q", q, "q_conv1d");
    k = convolved(program, name + "k", k, "k_conv1d");
    v = convolved(program, name + "v", v, "v_conv1d");
    q = normed(program, name + "q", q);
    k = normed(program, name + "k", k);
    double root = 1 / Math.sqrt(shape.keySize());
    k = program.scale(name + "k.unit", k, new Factor.Constant(root));
    Buffer step = program.activate(name + "step", b, Activation.SIGMOID);
    if (strength != 1) {
      step = program.scale(name + "step.scaled", step, new Factor.Constant(strength));
    }
    // The root makes queries as long as 1, and another one is what scores are multiplied by.
    ScanLaw law =
        new ScanLaw.Memory(
            q.view(),
            k.view(),
            v.view(),
            shape.keySize(),
            shape.valueSize(),
            step.view(),
            decay.view(),
            List.of(),
            true,
            1.0 / shape.keySize(),
            null);
    Buffer read = program.scan(name + "heads", law);
    Buffer out = program.norm(name + "heads.norm", read, norm, shape.heads());
    // Late, so that it need not lie beside all that the memory reads.
    Buffer z = layer(program, name + "z", in, "g", shape.width());
    Buffer gated = program.gate(name + "heads.gated", gate, z.view(), out.view());
    return program.linear(name + "o", gated, new Projection(at + "o_proj", hidden));
  }

  /// One layer, or a narrow one and one from there.
  private Buffer layer(ProgramBuilder program, String name, Buffer in, String tensor, int width) {
    if (rank == 0) {
      return program.linear(name, in, new Projection(at + tensor + "_proj", width));
    }
    Buffer narrow =
        program.linear(name + ".narrow", in, new Projection(at + tensor + "_a_proj", rank));
    return program.linear(name, narrow, new Projection(at + tensor + "_b_proj", width));
  }

  private Buffer decay(ProgramBuilder program, String name, Buffer in) {
    int width = rank == 0 ? shape.heads() : Math.multiplyExact(shape.heads(), shape.keySize());
    Buffer a = layer(program, name + "a", in, rank == 0 ? "a" : "f", width);
    Buffer far = program.tokens(name + "a.softplus", width);
    program.add(Softplus.of(a.view(), Parameter.vector(at + "dt_bias", width), far));
    Buffer decay = program.tokens(name + "decay", width);
    program.add(new Decay(far.view(), Parameter.vector(at + "A_log", shape.heads()), decay));
    return decay;
  }

  private Buffer convolved(ProgramBuilder program, String name, Buffer in, String tensor) {
    Buffer mixed = program.convolve(name + ".mixed", in, at + tensor, taps, false);
    return program.activate(name + ".conv", mixed, Activation.SILU);
  }

  /// x / √(Σ x² + ε) · √size for each head.
  private Buffer normed(ProgramBuilder program, String name, Buffer in) {
    Norming length = new Norming(Norm.Kind.RMS, null, false, 0, EPSILON / shape.keySize());
    return program.norm(name + ".norm", in, length, shape.keyHeads());
  }
}
