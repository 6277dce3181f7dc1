package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;

/// Zamba2's transformer block, which several layers share: it reads a row beside its embedding, has
/// no residuals, and each layer adds narrow layers of its own to what queries, keys, values and
/// gates are computed by.
///
/// @param width of what attention reads
/// @param rank of the narrow layers
/// @param adaptsAttention whether queries, keys and values have them
/// @param turning null if heads do not turn
record SharedBlock(
    Sizes sizes,
    int width,
    int rank,
    boolean adaptsAttention,
    Activation activation,
    Turning turning,
    double epsilon) {
  /// Under which the rows that entered the first block are kept.
  static final String EMBEDDED = "embedded";

  SharedBlock {
    if (width != 2 * sizes.hidden()) {
      throw new IllegalArgumentException(
          "attention_hidden_size %d is not twice hidden_size %d".formatted(width, sizes.hidden()));
    }
  }

  /// Says of which stored tensors a block's parameters are made: rows of `gate_up_proj` are the
  /// gate, then what it gates.
  ///
  /// @param at where its tensors are: `model.layers.5.shared_transformer.`
  void from(LlamaLike like, String at) {
    Fused.gateAndUp(like, at + "feed_forward.");
  }

  /// What the block gives a layer.
  ///
  /// @param own where the layer's own tensors are
  /// @param hybrid which of the layers that have blocks it is
  Buffer build(ProgramBuilder program, int layer, Buffer in, String at, String own, int hybrid) {
    String name = layer + ".shared.";
    Buffer both =
        program.concatenate(name + "both", List.of(in.view(), program.shared(EMBEDDED).view()));
    Buffer normed =
        program.norm(name + "norm", both, Norming.rms(at + "input_layernorm", epsilon), 1);
    Buffer attended = attention(program, name, normed, at + "self_attn.", hybrid);
    Buffer second =
        program.norm(name + "ff.norm", attended, Norming.rms(at + "pre_ff_layernorm", epsilon), 1);
    Buffer fed = feedForward(program, name, second, at + "feed_forward.", hybrid);
    return program.linear(name + "linear", fed, new Projection(own + "linear", sizes.hidden()));
  }

  private Buffer attention(ProgramBuilder program, String name, Buffer in, String at, int hybrid) {
    Heads heads = sizes.attention();
    Buffer q = projected(program, name, in, at, "q", heads.queryWidth(), hybrid);
    Buffer k = projected(program, name, in, at, "k", heads.keyWidth(), hybrid);
    Buffer v = projected(program, name, in, at, "v", heads.valueWidth(), hybrid);
    if (turning != null) {
      program.add(turning.of(q.view(), heads.keySize()));
      program.add(turning.of(k.view(), heads.keySize()));
    }
    Buffer out = program.tokens(name + "heads", heads.outputWidth());
    double scale = 1 / Math.sqrt(heads.keySize() / 2.0);
    program.add(Attend.causal(q.view(), k.view(), v.view(), heads.keySize(), scale, out));
    return program.linear(name + "o", out, new Projection(at + "o_proj", sizes.hidden()));
  }

  private Buffer projected(
      ProgramBuilder program,
      String name,
      Buffer in,
      String at,
      String which,
      int outputs,
      int hybrid) {
    Buffer shared = program.linear(name + which, in, new Projection(at + which + "_proj", outputs));
    if (!adaptsAttention) {
      return shared;
    }
    String adapter = "%slinear_%s_adapter_list.%d.".formatted(at, which, hybrid);
    Buffer adapted = adapter(program, name + which, in, adapter, outputs);
    return program.sum(name + which + ".sum", shared, adapted, 1);
  }

  private Buffer adapter(ProgramBuilder program, String name, Buffer in, String at, int outputs) {
    Buffer narrow = program.linear(name + ".narrow", in, new Projection(at + "0", rank));
    return program.linear(name + ".adapted", narrow, new Projection(at + "1", outputs));
  }

  private Buffer feedForward(
      ProgramBuilder program, String name, Buffer in, String at, int hybrid) {
    int inner = sizes.inner();
    Buffer gate = program.linear(name + "gate", in, new Projection(at + "gate_proj", inner));
    Buffer up = program.linear(name + "up", in, new Projection(at + "up_proj", inner));
    String adapter = "%sgate_up_proj_adapter_list.%d.".formatted(at, hybrid);
    Buffer both = adapter(program, name + "ff", in, adapter, 2 * inner);
    Buffer gates = program.tokens(name + "gate.sum", inner);
    Buffer ups = program.tokens(name + "up.sum", inner);
    View left = new View(both, 0, inner);
    View right = new View(both, inner, inner);
    program.add(Combine.sum(gate.view(), left, gates));
    program.add(Combine.sum(up.view(), right, ups));
    Buffer gated = program.gate(name + "gated", activation, gates.view(), ups.view());
    return program.linear(name + "down", gated, new Projection(at + "down_proj", sizes.hidden()));
  }
}
