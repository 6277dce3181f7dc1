package io.github.nonplus.storage;

import java.util.Set;

/// AutoRound's own declaration of GPTQ's and AWQ's layouts. Its zero points are stored as they are,
/// unless it packs as AutoGPTQ does.
final class AutoRound {
  private static final Set<String> HARMLESS =
      Set.of(
          "sym",
          "iters",
          "model_free",
          "autoround_version",
          "block_name_to_quantize",
          "to_quant_block_names",
          "extra_config",
          "enable_quanted_input",
          "nsamples",
          "seqlen",
          "batch_size",
          "lr",
          "minmax_lr",
          "enable_minmax_tuning",
          "low_gpu_mem_usage",
          "amp",
          "gradient_accumulate_steps",
          "scale_dtype",
          "dataset",
          "quant_block_list",
          "lm_head",
          "modules_to_not_convert",
          "enable_norm_bias_tuning",
          "enable_alg_ext",
          "static_kv_dtype",
          "super_bits",
          "super_group_size",
          "supported_types",
          "export_dtype",
          "damp_percent",
          "desc_act",
          "true_sequential",
          "backend",
          "not_use_best_mse");

  private AutoRound() {}

  static Storage read(Declaration declared) {
    String packing = declared.config().stringOr("packing_format", "auto_round");
    declared.require("quant_method", Set.of("auto-round", "intel/auto-round"));
    declared.require("data_type", Set.of("int"));
    declared.require("act_bits", Set.of("16", "32"));
    declared.require("act_data_type", Set.of("float"));
    declared.require("act_dynamic", Set.of("true", "false"));
    declared.require("act_group_size", Set.of());
    declared.require("act_sym", Set.of());
    int group = declared.group("group_size");
    boolean mixed = declared.config().isSet("extra_config");
    Storage storage =
        switch (packing) {
          case "auto_round" -> GptqStorage.of("auto-round", declared, mixed, 0);
          case "auto_round:auto_gptq" -> GptqStorage.of("auto-round", declared, mixed, 1);
          case "auto_round:auto_awq" -> {
            declared.require("bits", Set.of("4"));
            yield AwqStorage.of("auto-round-awq", group, declared.decoding());
          }
          default ->
              throw declared.failure(
                  "packing_format is '%s', which is not read; expected auto_round, auto_round:auto_gptq or auto_round:auto_awq"
                      .formatted(packing));
        };
    declared.refuseUnknown(HARMLESS);
    return storage;
  }
}
