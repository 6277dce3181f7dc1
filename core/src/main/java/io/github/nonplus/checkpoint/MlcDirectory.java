package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.model.mlc.MlcInterpretations;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.MlcSummary;
import io.github.nonplus.weights.mlc.MlcWeights;
import io.github.nonplus.weights.mlc.SchemeForms;
import io.github.nonplus.weights.mlc.StoredScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// MLC's weight directory: `mlc-chat-config.json`, an index and shards; or what it will be.
///
/// As MLC's compiler does, top-level values of the configuration win over those in `model_config`.
public record MlcDirectory(
    Path path,
    MlcForm form,
    Interpretations interpretations,
    Interpretation interpretation,
    Optional<Path> config,
    Quantization scheme)
    implements ModelDirectory {
  /// Its configuration.
  public static final String CONFIG = "mlc-chat-config.json";

  static final Container CONTAINER = new Container.Directory(CONFIG, MlcDirectory::read);

  /// Keys of the whole that win over those of `model_config`.
  private static final List<String> OUTER = List.of("vocab_size", "context_window_size");

  /// The same where the model has such a key.
  private static final List<String> ITS_OWN =
      List.of("sliding_window_size", "prefill_chunk_size", "attention_sink_size");

  static MlcDirectory read(Path path, Wanted wanted) {
    Path file = path.resolve(CONFIG);
    ObjectNode json = JsonFile.read(file, ModelException::new);
    ConfigReader config = new ConfigReader(file.toString(), json);
    String type = required(config, "model_type");
    Quantization scheme = StoredScheme.of(json, config::failure);
    ConfigReader modelConfig =
        config
            .findObject("model_config")
            .orElseThrow(() -> config.failure("model_config is missing"));
    ObjectNode merged = modelConfig.json().deepCopy();
    Stream.concat(OUTER.stream(), ITS_OWN.stream().filter(merged::has))
        .forEach(key -> config.find(key).ifPresent(value -> merged.set(key, value)));
    MlcForm form = MlcForms.named(type, file.toString());
    FamilyModel chat = form.read(new ConfigReader(modelConfig.path(), merged));
    Optional<FamilyModel> published =
        wanted.config().map(each -> HuggingFaceDirectory.read(each).model());
    return of(
        path, form, MlcInterpretations.of(form, chat, published, path.toString()), wanted, scheme);
  }

  /// What a Hugging Face model becomes when its weights are converted.
  static MlcDirectory planned(HuggingFaceDirectory source, Quantization scheme, Wanted wanted) {
    if (wanted.config().isPresent()) {
      throw new RequestException(
          "%s has its own %s; leave --config out"
              .formatted(source.path(), HuggingFaceDirectory.CONFIG));
    }
    String path = source.path().toString();
    MlcForm form = MlcForms.of(source.model(), path);
    return of(
        source.path(),
        form,
        MlcInterpretations.ofConverted(form, source.model(), path),
        wanted,
        scheme);
  }

  private static MlcDirectory of(
      Path path, MlcForm form, Interpretations all, Wanted wanted, Quantization scheme) {
    Interpretation found = all.find(wanted.as(), path.toString());
    if (found.name().equals(MlcInterpretations.NAME)) {
      form.refusal(all.published())
          .ifPresent(
              reason -> {
                throw new ModelException(
                    "%s: MLC LLM's own %s cannot be this model: %s; --as source evaluates the published model"
                        .formatted(path, form.modelType(), reason));
              });
    }
    return new MlcDirectory(path, form, all, found, wanted.config(), scheme);
  }

  private static String required(ConfigReader config, String key) {
    String value = config.stringOr(key, "");
    if (value.isEmpty()) {
      throw config.failure(key + " is missing");
    }
    return value;
  }

  /// Where MLC LLM quantizes activations, which is not done, its name says so.
  @Override
  public String quantization() {
    return scheme.name() + (scheme.activations().isEmpty() ? "" : ", activations float32");
  }

  @Override
  public Map<String, List<MatrixForm>> forms() {
    return SchemeForms.of(form.storedParameters(model()), form.sources(model()), scheme);
  }

  /// What is computed where it is not what was published.
  @Override
  public List<String> notices() {
    List<String> differences =
        interpretation.differences().stream()
            .map(
                each ->
                    "Taken for %s, not for the published model: it %s."
                        .formatted(interpretation.name(), each.words()))
            .toList();
    Stream<String> twice =
        MlcSummary.quantizedBefore(path).stream()
            .map(
                before ->
                    "Its weights were quantized twice: they were %s before.".formatted(before));
    Stream<String> activations =
        scheme.activations().stream()
            .map(
                its ->
                    "MLC LLM computes %s with activations %s; here they are float32, and only its weights are as stored."
                        .formatted(scheme.name(), its));
    return Stream.of(model().notice().stream(), twice, differences.stream(), activations)
        .flatMap(each -> each)
        .toList();
  }

  @Override
  public ModelWeights openWeights() {
    List<StoredParameter> others =
        Stream.of(interpretations.own(), interpretations.published(), model())
            .flatMap(each -> form.storedParameters(each).stream())
            .toList();
    return new AssembledWeights(
        MlcWeights.open(path, form.storedParameters(model()), others), form.sources(model()));
  }
}
