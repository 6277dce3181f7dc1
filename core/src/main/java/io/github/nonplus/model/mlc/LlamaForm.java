package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Llama as MLC writes it.
final class LlamaForm implements MlcForm {
  private static final int LARGEST_PREFILL_CHUNK = 8192;
  private static final int BATCH = 128;
  private static final String BASE = "position_embedding_base";
  private static final String CONTEXT = "context_window_size";

  /// MLC's keys, by Hugging Face's.
  private static final Map<String, String> NAMES =
      Map.of("rope_theta", BASE, "max_position_embeddings", CONTEXT);

  /// What MLC writes beside the model proper: how it is served, not what it computes.
  private static final Set<String> SERVING =
      Set.of(
          "prefill_chunk_size",
          "tensor_parallel_shards",
          "pipeline_parallel_stages",
          "max_batch_size",
          "disaggregation");

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public List<StoredParameter> storedParameters(FamilyModel model) {
    return LlamaParameters.stored(model);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    config.requiredInt(CONTEXT, 1);
    FamilyModel model = Families.named(modelType(), config.path()).read(config.calling(NAMES));
    double outer = config.positiveOr(BASE, 10_000);
    if (model.positions().base().doubleValue() != outer) {
      throw config.failure(
          "%s is %s, but rope_theta in rope_scaling %s; remove the one that is wrong"
              .formatted(BASE, config.shown(BASE), model.positions().base()));
    }
    config.refuseUnknown(SERVING);
    return Translation.of(config).base().window("max_position_embeddings").read(modelType());
  }

  @Override
  public List<Difference> differences(FamilyModel model) {
    return Differences.of(model).ignoring(Evidence.EXECUTED, "attention_bias", "mlp_bias").end();
  }

  @Override
  public Optional<String> refusal(FamilyModel model) {
    return unknownScaling(model);
  }

  static Optional<String> unknownScaling(FamilyModel model) {
    RotaryPositions positions = model.positions();
    return positions.rotation() instanceof DefaultRotation
            || positions.rotation() instanceof Llama3Rotation
        ? Optional.empty()
        : Optional.of("it does not know the rope scaling " + positions.scaling());
  }

  @Override
  public ObjectNode modelConfig(FamilyModel model) {
    Sizes sizes = model.sizes();
    int positions = sizes.positions();
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("hidden_size", sizes.hidden());
    config.put("intermediate_size", sizes.inner());
    config.put("num_attention_heads", sizes.heads());
    config.put("num_hidden_layers", sizes.layers());
    config.put("rms_norm_eps", model.decoder().lastNorm().epsilon());
    config.put("vocab_size", sizes.vocabulary());
    config.put("tie_word_embeddings", model.is("tie_word_embeddings"));
    config.set(BASE, model.positions().base());
    config.set("rope_scaling", model.positions().scaling());
    config.put(CONTEXT, positions);
    config.put("prefill_chunk_size", Math.min(positions, LARGEST_PREFILL_CHUNK));
    config.put("num_key_value_heads", sizes.keyHeads());
    config.put("head_dim", sizes.headSize());
    config.put("tensor_parallel_shards", 1);
    config.put("pipeline_parallel_stages", 1);
    config.put("max_batch_size", BATCH);
    config.put("disaggregation", false);
    // MLC has no such keys; they are written only where leaving them out would change the model.
    if (model.is("attention_bias")) {
      config.put("attention_bias", true);
    }
    if (model.is("mlp_bias")) {
      config.put("mlp_bias", true);
    }
    return config;
  }
}
