package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Phi-1 to Phi-2 as they were first published, in either spelling: MLC's names are those of the
/// newer one, and which it was stands within its configuration.
final class PhiMsftForm implements MlcForm {
  private static final String TYPE = "phi-msft";
  private static final String SEQUENTIAL = "mixformer-sequential";

  private final Naming naming =
      new Naming()
          .embedding("transformer.embd.wte")
          .embedding("layers.0.wte")
          .renaming(PhiMsftForm::named)
          .renamed("transformer.embd.wte", "transformer.embd");

  private PhiMsftForm() {}

  static MlcForm form() {
    return new PhiMsftForm();
  }

  /// A layer's number in the older spelling is one more, since the embedding is the first.
  private static String named(FamilyModel model, String name) {
    String[] parts = name.split("\\.", 3);
    if (!parts[0].equals("layers")) {
      return name;
    }
    int number = Integer.parseInt(parts[1]);
    if (number == 0) {
      return "transformer.embd." + parts[2];
    }
    return number > model.sizes().layers()
        ? "lm_head." + parts[2]
        : "transformer.h.%d.%s".formatted(number - 1, parts[2]);
  }

  @Override
  public String modelType() {
    return TYPE;
  }

  @Override
  public List<String> others() {
    return List.of(SEQUENTIAL);
  }

  @Override
  public List<StoredParameter> storedParameters(FamilyModel model) {
    return naming.of(model);
  }

  @Override
  public List<Difference> differences(FamilyModel model) {
    return Differences.of(model)
        .activating(Evidence.READ, "activation_function", Activation.GELU_TANH)
        .end();
  }

  @Override
  public List<String> unsaid() {
    return List.of("activation_function");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    String type = config.stringOr("model_type", TYPE);
    return Translation.of(config)
        .base()
        .window("n_positions")
        .read(type.equals(SEQUENTIAL) ? SEQUENTIAL : TYPE);
  }

  @Override
  public ObjectNode modelConfig(FamilyModel model) {
    return ConfigFields.of(model)
        .put("model_type", model.modelType())
        .stated("vocab_size", "n_positions", "n_embd", "n_layer", "n_inner", "n_head")
        .put("rotary_dim", model.positions().turned(model.sizes().headSize()))
        .base("position_embedding_base")
        .stated("layer_norm_epsilon")
        .window(ConfigFields.LARGEST_CHUNK)
        .stated("n_head_kv", "head_dim")
        .shards()
        .end();
  }
}
