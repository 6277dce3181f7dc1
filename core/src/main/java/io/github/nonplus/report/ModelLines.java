package io.github.nonplus.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.MlcDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.weights.mlc.MlcSummary;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a model is, in lines: one that can be computed by its facts, one that cannot by what its
/// configuration says, with the reason.
final class ModelLines {
  /// Keys that say most about a model whose family is not known here.
  private static final List<String> TELLING =
      List.of(
          "architectures",
          "hidden_size",
          "n_embd",
          "num_hidden_layers",
          "n_layer",
          "num_attention_heads",
          "n_head",
          "num_key_value_heads",
          "head_dim",
          "intermediate_size",
          "num_experts",
          "num_local_experts",
          "num_experts_per_tok",
          "vocab_size",
          "max_position_embeddings",
          "tie_word_embeddings");

  private static final int SHOWN = 60;

  private final Path path;
  private final Wanted wanted;
  private final List<String> lines = new ArrayList<>();

  private ModelLines(Path path, Wanted wanted) {
    this.path = path;
    this.wanted = wanted;
  }

  /// Whether a file is the configuration of a model.
  static boolean isConfiguration(Path file) {
    String name = file.getFileName().toString();
    if (name.equals(HuggingFaceDirectory.CONFIG) || name.equals(MlcDirectory.CONFIG)) {
      return true;
    }
    if (!name.endsWith(".json")) {
      return false;
    }
    try {
      ObjectNode json = JsonFile.readOfPython(file, ModelException::new);
      return json.path("model_type").isTextual() && TELLING.stream().anyMatch(json::hasNonNull);
    } catch (ModelException unreadable) {
      return false;
    }
  }

  /// A directory, or the configuration by itself, which must be JSON; anything beyond that is
  /// described and not refused.
  static List<String> of(Path given, Wanted wanted) {
    Path path = HubSnapshot.of(given);
    ModelLines model = new ModelLines(path, wanted);
    boolean isConverted =
        Files.isDirectory(path)
            ? Files.exists(path.resolve(MlcDirectory.CONFIG))
            : path.endsWith(MlcDirectory.CONFIG);
    Path file =
        Files.isDirectory(path)
            ? path.resolve(isConverted ? MlcDirectory.CONFIG : HuggingFaceDirectory.CONFIG)
            : path;
    if (!Files.exists(file)) {
      ModelDirectory.open(path); // which says what is there instead
    }
    ObjectNode json = JsonFile.readOfPython(file, ModelException::new);
    model.head(isConverted);
    model.described(file, json, isConverted);
    return model.lines;
  }

  private void head(boolean isConverted) {
    boolean isDirectory = Files.isDirectory(path);
    String what = isConverted ? "converted weights (MLC LLM's format)" : "a Hugging Face model";
    say("%s: %s%s", path, isDirectory ? "" : "the configuration of ", what);
    if (isDirectory) {
      try {
        weights(isConverted);
      } catch (WeightsException unread) {
        say("  weights    cannot be read: %s", unread.getMessage());
      }
    }
  }

  private void weights(boolean isConverted) {
    if (isConverted) {
      MlcSummary summary = MlcSummary.read(path);
      say(
          "  weights    %s, %,d bytes, %s in %s, index %s",
          summary.quantization(),
          summary.bytes(),
          Count.of(summary.tensors(), "tensor"),
          Count.of(summary.shards(), "shard"),
          summary.indexFile());
    } else {
      try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(path)) {
        say("  weights    %s", TensorLines.summary(checkpoint));
      }
    }
  }

  private void described(Path file, ObjectNode json, boolean isConverted) {
    try {
      ModelDirectory directory =
          isConverted
              ? ModelDirectory.open(Files.isDirectory(path) ? path : parent(file), wanted)
              : HuggingFaceDirectory.read(path, wanted);
      Model model = directory.model();
      model.facts().forEach(this::fact);
      say("  context    %d tokens", model.contextWindow());
      storage(directory);
      lines.addAll(interpretations(directory));
      if (Files.isDirectory(path)) {
        say("  tokenizer  %s", tokenizer());
        evaluated(directory);
      }
    } catch (ModelException unknown) {
      fact("model_type", shown(json.path("model_type")));
      TELLING.stream().filter(json::hasNonNull).forEach(key -> fact(key, shown(json.get(key))));
      if (Files.isDirectory(path)) {
        say("  tokenizer  %s", tokenizer());
      }
      say("  evaluated  no: %s", unknown.getMessage());
    }
  }

  /// What it is taken for, and what else it could be; nothing where there is no choice.
  static List<String> interpretations(ModelDirectory directory) {
    List<String> names = directory.interpretations().names();
    List<String> lines = new ArrayList<>();
    if (names.size() > 1) {
      lines.addAll(
          InterpretationLines.of(
              Result.InterpretationAccount.of(directory.interpretation(), directory.config()),
              "  ",
              10));
      lines.add("  --as       " + String.join(", ", names));
    }
    return lines;
  }

  private static Path parent(Path file) {
    return file.toAbsolutePath().getParent();
  }

  /// Only where there are weights.
  private void storage(ModelDirectory directory) {
    if (Files.isDirectory(path)) {
      try {
        lines.addAll(StorageLines.of(directory));
      } catch (WeightsException unread) {
        // said above, or where the weights are opened
      }
    }
  }

  /// Whether the weights are those of the configuration is seen by opening them.
  private void evaluated(ModelDirectory directory) {
    if (directory instanceof HuggingFaceDirectory model) {
      try {
        model.openCheckpoint().close();
      } catch (NonplusException refused) {
        say("  evaluated  no: %s", refused.getMessage());
      }
    }
  }

  private String tokenizer() {
    if (Files.exists(path.resolve("tokenizer.json"))) {
      return "tokenizer.json";
    }
    return Files.exists(path.resolve("tokenizer.model"))
        ? "tokenizer.model alone (SentencePiece), which is not read; save it as tokenizer.json with"
            + " transformers' save_pretrained"
        : "none";
  }

  private void fact(String name, String value) {
    say("  %-24s %s", name, value);
  }

  private static String shown(JsonNode value) {
    String text = value.isTextual() ? value.textValue() : value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
