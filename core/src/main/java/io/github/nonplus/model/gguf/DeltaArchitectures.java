package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.EXPERTS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;
import static io.github.nonplus.model.gguf.TensorTables.SHARED_EXPERT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.nonplus.gguf.Value;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Qwen's architectures with the gated delta rule.
final class DeltaArchitectures {
  private static final String RECURRENT = "attention.recurrent_layers";
  private static final double EPSILON = 1e-6;

  private static final String RULE =
      """
      model.layers.*.post_attention_layernorm  blk.*.post_attention_norm
      model.layers.*.linear_attn.q_proj        blk.*.attn_qkv   first
      model.layers.*.linear_attn.k_proj        blk.*.attn_qkv   second
      model.layers.*.linear_attn.v_proj        blk.*.attn_qkv   last
      model.layers.*.linear_attn.g_proj        blk.*.attn_gate  own
      model.layers.*.linear_attn.conv1d        blk.*.ssm_conv1d
      model.layers.*.linear_attn.in_proj_ba    blk.*.ssm_ba
      model.layers.*.linear_attn.norm          blk.*.ssm_norm
      model.layers.*.linear_attn.out_proj      blk.*.ssm_out
      model.layers.*.linear_attn.A_log         =blk.*.ssm_a
      model.layers.*.linear_attn.dt_bias       =blk.*.ssm_dt.bias
      """;

  private static final String RULE_APART =
      """
      model.layers.*.linear_attn.in_proj_a  blk.*.ssm_alpha
      model.layers.*.linear_attn.in_proj_b  blk.*.ssm_beta
      """;

  static final List<Architecture> ALL =
      List.of(
          Architecture.of("qwen3next", "qwen3_next", PLAIN)
              .with(RULE + EXPERTS + SHARED_EXPERT)
              .plusOnes()
              .factors()
              .then(Steps::rms)
              .then(Rotations::part)
              .then(DeltaArchitectures::layers)
              .then(DeltaArchitectures::rule)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps::sharedWidth)
              .then(ExpertSteps.divided(true)),
          tiled("qwen35", "qwen3_5_text")
              .then(terms -> terms.size("intermediate_size", "feed_forward_length")),
          tiled("qwen35moe", "qwen3_5_moe_text")
              .with(EXPERTS + SHARED_EXPERT)
              .then(ExpertSteps.count("num_experts"))
              .then(ExpertSteps::width)
              .then(ExpertSteps::sharedWidth));

  private DeltaArchitectures() {}

  /// Whose heads of values lie in turns: one of each key, then the next of each.
  private static Architecture tiled(String name, String family) {
    return Architecture.of(name, family, PLAIN)
        .with(RULE + RULE_APART)
        .plusOnes()
        .factors()
        .rewriting(DeltaArchitectures::tiled)
        .then(Steps::rms)
        .then(Rotations::part)
        .then(Steps::passSections)
        .then(DeltaArchitectures::layers)
        .then(DeltaArchitectures::rule);
  }

  /// Repeats queries and keys, all of them one after another, for as many heads of values.
  private static List<Operation> tiled(List<Operation> operations) {
    List<Operation> others = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Scan(ScanLaw.Memory law, Buffer output) && law.headsPerKey() > 1) {
        View query = repeated(others, law.query(), law.headsPerKey(), output.name() + ".queries");
        View key = repeated(others, law.key(), law.headsPerKey(), output.name() + ".keys");
        others.add(
            new Scan(
                law.withViews(
                    view -> view.equals(law.query()) ? query : view.equals(law.key()) ? key : view),
                output));
      } else {
        others.add(operation);
      }
    }
    return others;
  }

  private static View repeated(List<Operation> operations, View heads, int times, String name) {
    Buffer all = new Buffer(name, heads.buffer().rows(), Math.multiplyExact(times, heads.width()));
    operations.add(new Concatenate(Collections.nCopies(times, heads), all));
    return all.view();
  }

  /// Which layers attend: by a list, or each so many.
  private static void layers(Terms terms) {
    Description file = terms.file();
    int layers = terms.size("num_hidden_layers");
    int interval = file.findSize("full_attention_interval").orElse(4);
    Value list = file.find(RECURRENT).filter(Value::isArray).orElse(null);
    if (list == null && file.has(RECURRENT) || list != null && list.count() < layers) {
      throw file.failure(
          "%s is %s for %d layers"
              .formatted(RECURRENT, file.find(RECURRENT).orElseThrow().kind(), layers));
    }
    if (list == null && interval < 1) {
      throw file.failure(
          "full_attention_interval is %d, expected a number above 0".formatted(interval));
    }
    ArrayNode types = terms.json().putArray("layer_types");
    for (int layer = 0; layer < layers; layer++) {
      boolean isRecurrent = list != null ? list.flag(layer) : (layer + 1) % interval != 0;
      types.add(isRecurrent ? "linear_attention" : "full_attention");
    }
  }

  private static void rule(Terms terms) {
    Description file = terms.file();
    int heads = file.size("ssm.time_step_rank");
    int width = file.size("ssm.inner_size");
    if (heads < 1 || width % heads != 0) {
      throw file.failure(
          "ssm.inner_size %d is no multiple of ssm.time_step_rank %d, the number of heads"
              .formatted(width, heads));
    }
    terms
        .size("linear_num_key_heads", "ssm.group_count")
        .put("linear_num_value_heads", heads)
        .size("linear_key_head_dim", "ssm.state_size")
        .put("linear_value_head_dim", width / heads)
        .size("linear_conv_kernel_dim", "ssm.conv_kernel");
    double epsilon = file.number("attention.layer_norm_rms_epsilon");
    int size = terms.size("linear_key_head_dim");
    terms.departing(
        Departure.of(
            "l2_norm",
            "adds %s, and not 1.0E-6, to the squares of what it makes as long as 1"
                .formatted((float) epsilon),
            true,
            (float) epsilon != (float) EPSILON,
            operation ->
                operation instanceof Norm norm
                        && norm.epsilon() == EPSILON / size
                        && norm.findWeight().isEmpty()
                    ? norm.withEpsilon(epsilon / size)
                    : operation));
  }
}
