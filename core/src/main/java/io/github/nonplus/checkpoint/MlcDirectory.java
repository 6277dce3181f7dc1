package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.MlcWeights;
import io.github.nonplus.weights.mlc.SchemeForms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// MLC's weight directory: `mlc-chat-config.json`, an index and shards.
///
/// As MLC's compiler does, top-level values of the configuration win over those in `model_config`.
public record MlcDirectory(
    Path path, Interpretations interpretations, Interpretation interpretation, Quantization scheme)
    implements ModelDirectory {
  /// Its configuration.
  public static final String CONFIG = "mlc-chat-config.json";

  static final Container CONTAINER = new Container.Directory(CONFIG, MlcDirectory::read);

  static MlcDirectory read(Path path, Wanted wanted) {
    Path file = path.resolve(CONFIG);
    ObjectNode json = JsonFile.read(file, ModelException::new);
    ConfigReader config = new ConfigReader(file.toString(), json);
    String type = required(config, "model_type");
    String stored = required(config, "quantization");
    Quantization scheme =
        Quantization.find(stored).orElseThrow(() -> config.failure(Quantization.unknown(stored)));
    ConfigReader modelConfig =
        config
            .findObject("model_config")
            .orElseThrow(() -> config.failure("model_config is missing"));
    ObjectNode merged = modelConfig.json().deepCopy();
    for (String key : new String[] {"vocab_size", "context_window_size"}) {
      config.find(key).ifPresent(value -> merged.set(key, value));
    }
    FamilyModel model =
        MlcForms.named(type, file.toString()).read(new ConfigReader(modelConfig.path(), merged));
    Interpretations all = Interpretations.ofPublished(model);
    return new MlcDirectory(path, all, all.find(wanted.as(), path.toString()), scheme);
  }

  private static String required(ConfigReader config, String key) {
    String value = config.stringOr(key, "");
    if (value.isEmpty()) {
      throw config.failure(key + " is missing");
    }
    return value;
  }

  @Override
  public String quantization() {
    return scheme.name();
  }

  @Override
  public Map<String, List<MatrixForm>> forms() {
    return SchemeForms.of(form().storedParameters(model()), form().sources(model()), scheme);
  }

  /// What MLC LLM would compute otherwise.
  @Override
  public List<String> notices() {
    return form().caveats(model()).stream()
        .map(caveat -> caveat + "; these are the losses of the published model, not of MLC LLM's.")
        .toList();
  }

  @Override
  public ModelWeights openWeights() {
    return new AssembledWeights(
        MlcWeights.open(path, form().storedParameters(model())), form().sources(model()));
  }

  private MlcForm form() {
    return MlcForms.named(model().modelType(), path.toString());
  }
}
