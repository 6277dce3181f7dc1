package io.github.nonplus.reference.transformers;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Scoring;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.checkpoint.TokenizerFile;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model that a Python process has loaded with transformers.
final class TransformersModel implements ReferenceModel {
  private final ScorerProcess process;
  private final Result.ModelAccount account;
  private final Facts facts;
  private final int vocabulary;
  private final int longestWindow;

  private TransformersModel(
      ScorerProcess process,
      Result.ModelAccount account,
      Facts facts,
      int vocabulary,
      int longestWindow) {
    this.process = process;
    this.account = account;
    this.facts = facts;
    this.vocabulary = vocabulary;
    this.longestWindow = longestWindow;
  }

  /// Starts the process and waits until the model is loaded.
  static TransformersModel start(String python, Path directory, Variant variant, int threads) {
    String digest;
    try (WeightFiles files = WeightFiles.open(directory)) {
      digest = files.digest();
    }
    ScorerProcess process = ScorerProcess.start(python, directory, variant, threads);
    try {
      JsonNode first = process.answer();
      Map<String, String> versions = new LinkedHashMap<>();
      first
          .get("versions")
          .properties()
          .forEach(v -> versions.put(v.getKey(), v.getValue().asText()));
      Facts facts =
          new Facts(
              "transformers",
              "transformers %s, torch %s, %s"
                  .formatted(versions.get("transformers"), versions.get("torch"), python),
              "attention " + first.get("attention").asText(),
              threads,
              arithmetic(variant),
              versions);
      Result.ModelAccount account =
          new Result.ModelAccount(
              directory.toString(),
              first.get("model_type").asText(),
              variant.quantization(),
              first.get("bytes").asLong(),
              digest,
              TokenizerFile.sha256(directory),
              null,
              Result.InterpretationAccount.published());
      return new TransformersModel(
          process,
          account,
          facts,
          first.get("vocabulary").asInt(),
          first.get("longest_window").asInt());
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static String arithmetic(Variant variant) {
    return switch (variant.precision()) {
      case FLOAT32, FP4, NF4 -> "float32";
      case FLOAT64 -> "float64; norms, rotary angles and eager softmax in float32";
      case BFLOAT16 -> "bfloat16";
    };
  }

  @Override
  public List<double[]> score(List<Scoring> windows) {
    return windows.stream().map(each -> score(each.window(), each.scored())).toList();
  }

  /// Windows go one by one, as a user's own script would give them.
  @Override
  public int batchTokens() {
    return 1;
  }

  private double[] score(int[] window, int scored) {
    JsonNode nll = process.ask(window, scored).path("nll");
    if (nll.size() != scored) {
      throw new DeviceException(
          "the Python process answered %d losses for %d ids".formatted(nll.size(), scored));
    }
    double[] losses = new double[scored];
    for (int i = 0; i < scored; i++) {
      losses[i] = nll.get(i).asDouble(Double.NaN);
    }
    return losses;
  }

  @Override
  public Result.ModelAccount account() {
    return account;
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public int longestWindow() {
    return longestWindow;
  }

  @Override
  public void close() {
    process.close();
  }
}
