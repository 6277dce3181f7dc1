package io.github.nonplus.model.gguf;

import static io.github.nonplus.model.gguf.TensorTables.ENDS;
import static io.github.nonplus.model.gguf.TensorTables.PLAIN;

import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.List;
import java.util.Map;

/// Architectures with layer norms: those before Llama, and some after it.
final class EarlierArchitectures {
  private static final Names GPT =
      Names.of(
          """
          transformer.wte              token_embd
          transformer.wpe              position_embd
          transformer.ln_f             output_norm
          lm_head                      output
          transformer.h.*.ln_1         blk.*.attn_norm
          transformer.h.*.attn.c_attn  blk.*.attn_qkv
          transformer.h.*.attn.c_proj  blk.*.attn_output
          transformer.h.*.ln_2         blk.*.ffn_norm
          transformer.h.*.mlp.c_fc     blk.*.ffn_up
          transformer.h.*.mlp.c_proj   blk.*.ffn_down
          """);

  /// Its matrices lie by inputs and outputs in checkpoints, and the other way round here.
  private static final Names GPT2 =
      GPT.with(
          """
          transformer.h.*.attn.c_attn  blk.*.attn_qkv     transposed
          transformer.h.*.attn.c_proj  blk.*.attn_output  transposed
          transformer.h.*.mlp.c_fc     blk.*.ffn_up       transposed
          transformer.h.*.mlp.c_proj   blk.*.ffn_down     transposed
          """);

  private static final Names NEOX =
      Names.of(
          """
          gpt_neox.embed_in                              token_embd
          gpt_neox.final_layer_norm                      output_norm
          embed_out                                      output
          gpt_neox.layers.*.input_layernorm              blk.*.attn_norm
          gpt_neox.layers.*.attention.query_key_value    blk.*.attn_qkv  apart
          gpt_neox.layers.*.attention.dense              blk.*.attn_output
          gpt_neox.layers.*.post_attention_layernorm     blk.*.ffn_norm
          gpt_neox.layers.*.mlp.dense_h_to_4h            blk.*.ffn_up
          gpt_neox.layers.*.mlp.dense_4h_to_h            blk.*.ffn_down
          """);

  private static final Names BLOOM =
      Names.of(
          """
          transformer.word_embeddings                    token_embd
          transformer.word_embeddings_layernorm          token_embd_norm
          transformer.ln_f                               output_norm
          lm_head                                        output
          transformer.h.*.input_layernorm                blk.*.attn_norm
          transformer.h.*.ln_mlp                         blk.*.attn_norm
          transformer.h.*.ln_attn                        blk.*.attn_norm_2
          transformer.h.*.self_attention.query_key_value blk.*.attn_qkv  apart
          transformer.h.*.self_attention.dense           blk.*.attn_output
          transformer.h.*.post_attention_layernorm       blk.*.ffn_norm
          transformer.h.*.mlp.dense_h_to_4h              blk.*.ffn_up
          transformer.h.*.mlp.dense_4h_to_h              blk.*.ffn_down
          """);

  private static final Names MPT =
      Names.of(
          """
          transformer.wte                     token_embd
          transformer.norm_f                  output_norm
          lm_head                             output
          transformer.blocks.*.norm_1         blk.*.attn_norm
          transformer.blocks.*.attn.Wqkv      blk.*.attn_qkv
          transformer.blocks.*.attn.out_proj  blk.*.attn_output
          transformer.blocks.*.norm_2         blk.*.ffn_norm
          transformer.blocks.*.ffn.up_proj    blk.*.ffn_up
          transformer.blocks.*.ffn.down_proj  blk.*.ffn_down
          """);

  private static final Names PHI =
      Names.of(
          """
          model.final_layernorm           output_norm
          model.layers.*.self_attn.dense  blk.*.attn_output
          model.layers.*.mlp.fc1          blk.*.ffn_up
          model.layers.*.mlp.fc2          blk.*.ffn_down
          """,
          ENDS,
          TensorTables.NORMS,
          TensorTables.ATTENTION);

  private static final Names STABLELM =
      PLAIN.with(
          """
          model.layers.*.self_attn.q_layernorm.norms.#  blk.*.attn_q_norm  queryheads
          model.layers.*.self_attn.k_layernorm.norms.#  blk.*.attn_k_norm  keyheads
          """);

  private static final Names STARCODER2 =
      PLAIN.with(
          """
          model.layers.*.mlp.c_fc    blk.*.ffn_up
          model.layers.*.mlp.c_proj  blk.*.ffn_down
          """);

  private static final String[] GPT_KEYS = {
    "hidden_size", "n_embd",
    "num_attention_heads", "n_head",
    "num_hidden_layers", "n_layer",
    "max_position_embeddings", "n_positions",
    "layer_norm_eps", "layer_norm_epsilon",
    "hidden_act", "activation_function",
    "intermediate_size", "n_inner"
  };

  static final List<Architecture> ALL =
      List.of(
          normed("gpt2", "gpt2", GPT2).calling(GPT_KEYS),
          normed("starcoder", "gpt_bigcode", GPT)
              .calling(GPT_KEYS)
              .then(EarlierArchitectures::oneKeyHead),
          normed("gptneox", "gpt_neox", NEOX)
              .calling("rope_theta", "rotary_emb_base", "partial_rotary_factor", "rotary_pct")
              .then(Rotations::part)
              .then(EarlierArchitectures::residual)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(EarlierArchitectures::gelu),
          normed("bloom", "bloom", BLOOM)
              .calling(
                  "num_attention_heads", "n_head",
                  "num_hidden_layers", "n_layer",
                  "layer_norm_eps", "layer_norm_epsilon")
              .then(Steps::fourTimes)
              .then(EarlierArchitectures::inputAsResidual),
          normed("mpt", "mpt", MPT)
              .calling(
                  "hidden_size", "d_model",
                  "num_attention_heads", "n_heads",
                  "num_hidden_layers", "n_layers",
                  "max_position_embeddings", "max_seq_len",
                  "layer_norm_eps", "layer_norm_epsilon")
              .then(Steps::fourTimes)
              .then(EarlierArchitectures::mpt)
              .then(EarlierArchitectures::gelu),
          normed("falcon", "falcon", BLOOM)
              .calling(
                  "layer_norm_eps", "layer_norm_epsilon", "intermediate_size", "ffn_hidden_size")
              .then(Rotations::whole)
              .then(EarlierArchitectures::falcon)
              .then(EarlierArchitectures::gelu),
          normed("phi2", "phi", PHI).then(Rotations::part),
          normed("stablelm", "stablelm", STABLELM)
              .then(Rotations::part)
              .then(Steps.bias("use_qkv_bias", "attn_q"))
              .then(EarlierArchitectures::stableLm),
          normed("starcoder2", "starcoder2", STARCODER2)
              .calling("layer_norm_eps", "norm_epsilon")
              .then(Rotations::whole)
              .then(Steps.bias("use_bias", "attn_q"))
              .then(Steps.noWindow(4096, true)),
          normed("nemotron", "nemotron", PLAIN)
              .plusOnes()
              .calling("layer_norm_eps", "norm_eps")
              .then(Rotations::part)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(Steps.bias("mlp_bias", "ffn_down"))
              .then(terms -> terms.file().pass("attention.layer_norm_rms_epsilon")), // unread
          normed("command-r", "cohere", PLAIN)
              .then(Rotations::whole)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(terms -> terms.number("logit_scale", "logit_scale"))
              .then(terms -> terms.ifThere("use_qk_norm", "blk.0.attn_q_norm.weight")),
          normed("cohere2", "cohere2", PLAIN)
              .then(Rotations::whole)
              .then(Steps.bias("attention_bias", "attn_q"))
              .then(terms -> terms.number("logit_scale", "logit_scale"))
              .then(terms -> terms.size("sliding_window", "attention.sliding_window"))
              .then(terms -> Steps.layerTypes(terms, 4)));

  private EarlierArchitectures() {}

  private static Architecture normed(String name, String family, Names names) {
    return Architecture.of(name, family, names).then(Steps::layerNorms);
  }

  private static void inputAsResidual(Terms terms) {
    String key = "apply_residual_connection_post_layernorm";
    terms.departing(
        new Departure(
            key,
            "adds what comes in to a branch, whatever %s says".formatted(key),
            false,
            false,
            Map.of(key, BooleanNode.FALSE)));
  }

  private static void oneKeyHead(Terms terms) {
    if (terms.size("num_key_value_heads") != 1) {
      throw terms
          .file()
          .failure("starcoder.attention.head_count_kv is not 1, which is not implemented");
    }
  }

  private static void residual(Terms terms) {
    terms.put("use_parallel_residual", terms.file().findFlag("use_parallel_residual").orElse(true));
  }

  private static void mpt(Terms terms) {
    Description file = terms.file();
    double slopes = file.findNumber("attention.max_alibi_bias").orElse(0.0);
    if (slopes != 8) {
      throw file.failure(
          "mpt.attention.max_alibi_bias is %s, only 8 is implemented".formatted(slopes));
    }
    var attention = terms.json().putObject("attn_config");
    attention.put("alibi", true).put("alibi_bias_max", 8);
    file.findNumber("attention.clamp_kqv")
        .filter(clip -> clip != 0)
        .ifPresent(clip -> attention.put("clip_qkv", clip));
  }

  private static void falcon(Terms terms) {
    int keyHeads = terms.size("num_key_value_heads");
    int heads = terms.size("num_attention_heads");
    boolean two = terms.file().hasTensor("blk.0.attn_norm_2.weight");
    boolean grouped = two || keyHeads != 1 && keyHeads != heads;
    terms
        .put("new_decoder_architecture", grouped)
        .put("num_kv_heads", keyHeads)
        .put("multi_query", keyHeads == 1)
        .put("parallel_attn", true)
        .put("bias", false)
        .put("alibi", false)
        .put("num_ln_in_parallel_attn", two ? 2 : 1);
  }

  private static void stableLm(Terms terms) {
    terms
        .put("use_parallel_residual", !terms.file().hasTensor("blk.0.ffn_norm.weight"))
        .ifThere("qk_layernorm", "blk.0.attn_q_norm.weight");
    terms.file().pass("use_parallel_residual"); // llama.cpp goes by the tensors
  }

  /// ggml has one GELU, which it takes from a table of float16: that is rounding, as that of
  /// activations to the types of weights is.
  private static void gelu(Terms terms) {
    terms.noting(
        "llama.cpp approximates the GELU of this family by one with a hyperbolic tangent, rounded to"
            + " float16; here it is exact.");
  }
}
