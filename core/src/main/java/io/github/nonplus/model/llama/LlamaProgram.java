package io.github.nonplus.model.llama;

import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.Rows;
import java.util.ArrayList;
import java.util.List;

/// What a Llama computes: x = embed(ids); in each layer x += o(attend(norm(x))), then x +=
/// down(silu(gate(norm(x))) · up(norm(x))); then the last norm and the output layer.
final class LlamaProgram {
  private final LlamaModel model;
  private final LlamaShape shape;
  private final List<Operation> operations = new ArrayList<>();

  LlamaProgram(LlamaModel model) {
    this.model = model;
    this.shape = model.shape();
  }

  Program build(Output output) {
    Parameter embedding =
        Parameter.matrix("model.embed_tokens.weight", shape.vocabulary(), shape.hidden());
    Buffer x = tokens("x", shape.hidden());
    operations.add(Embed.tokens(embedding, x));
    for (int layer = 0; layer < shape.layers(); layer++) {
      x = feedForward(layer, attention(layer, x));
    }
    Buffer last = norm("x.norm", x, "model.norm");
    Buffer chosen = new Buffer("x.selected", Rows.SELECTED, shape.hidden());
    operations.add(new SelectRows(last.view(), chosen));
    Parameter head =
        model.tied()
            ? embedding
            : Parameter.matrix("lm_head.weight", shape.vocabulary(), shape.hidden());
    operations.add(
        switch (output) {
          case SCORE -> Score.of(chosen.view(), Linear.of(head));
          case LOGITS ->
              MatMul.of(
                  chosen.view(),
                  List.of(Linear.of(head)),
                  new Buffer("logits", Rows.SELECTED, shape.vocabulary()));
        });
    return new Program(operations);
  }

  private Buffer attention(int layer, Buffer x) {
    String at = "model.layers.%d.self_attn.".formatted(layer);
    String name = layer + ".";
    Buffer in =
        norm(name + "attention.norm", x, "model.layers.%d.input_layernorm".formatted(layer));
    boolean bias = model.attentionBias();
    Buffer q = linear(name + "q", in, at + "q_proj", shape.queryWidth(), bias);
    Buffer k = linear(name + "k", in, at + "k_proj", shape.keyWidth(), bias);
    Buffer v = linear(name + "v", in, at + "v_proj", shape.keyWidth(), bias);
    operations.add(Rotate.whole(q.view(), shape.headSize(), model.rotation()));
    operations.add(Rotate.whole(k.view(), shape.headSize(), model.rotation()));
    Buffer heads = tokens(name + "heads", shape.queryWidth());
    double scale = 1 / Math.sqrt(shape.headSize());
    operations.add(Attend.causal(q.view(), k.view(), v.view(), shape.headSize(), scale, heads));
    Buffer out = linear(name + "o", heads, at + "o_proj", shape.hidden(), bias);
    return add(name + "attention.x", x, out);
  }

  private Buffer feedForward(int layer, Buffer x) {
    String at = "model.layers.%d.mlp.".formatted(layer);
    String name = layer + ".";
    Buffer in =
        norm(name + "mlp.norm", x, "model.layers.%d.post_attention_layernorm".formatted(layer));
    boolean bias = model.mlpBias();
    Buffer gate = linear(name + "gate", in, at + "gate_proj", shape.intermediate(), bias);
    Buffer up = linear(name + "up", in, at + "up_proj", shape.intermediate(), bias);
    Buffer gated = tokens(name + "gated", shape.intermediate());
    operations.add(new Gate(gate.view(), up.view(), Activation.SILU, gated));
    Buffer out = linear(name + "down", gated, at + "down_proj", shape.hidden(), bias);
    return add(name + "mlp.x", x, out);
  }

  private Buffer norm(String name, Buffer input, String parameter) {
    Buffer output = tokens(name, input.width());
    Parameter weight = Parameter.vector(parameter + ".weight", input.width());
    operations.add(Norm.rms(input.view(), weight, model.epsilon(), output));
    return output;
  }

  private Buffer linear(String name, Buffer input, String parameter, int outputs, boolean bias) {
    Buffer output = tokens(name, outputs);
    Parameter weight = Parameter.matrix(parameter + ".weight", outputs, input.width());
    Linear part = new Linear(weight, bias ? Parameter.vector(parameter + ".bias", outputs) : null);
    operations.add(MatMul.of(input.view(), List.of(part), output));
    return output;
  }

  private Buffer add(String name, Buffer left, Buffer right) {
    Buffer output = tokens(name, left.width());
    operations.add(Combine.sum(left.view(), right.view(), output));
    return output;
  }

  private static Buffer tokens(String name, int width) {
    return new Buffer(name, Rows.TOKENS, width);
  }
}
