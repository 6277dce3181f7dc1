package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.GgufPath;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.gguf.Architectures;
import io.github.nonplus.model.gguf.GgufModel;
import io.github.nonplus.model.gguf.LlamaCpp;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.gguf.GgufWeights;
import io.github.nonplus.weights.gguf.Scaled;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A model in GGUF, llama.cpp's format: one file, or the first of those that it was split into. By
/// default it is taken for what llama.cpp computes from it.
///
/// @param path the file
/// @param sources how parameters are made of its tensors
/// @param quantization the types of its matrices, those of the most weights first
/// @param notices what is not followed of llama.cpp, as sentences
/// @param config the published model's configuration, if it was given
public record GgufFile(
    Path path,
    Interpretations interpretations,
    Interpretation interpretation,
    Map<String, Source> sources,
    String quantization,
    List<String> notices,
    Optional<Path> config)
    implements ModelDirectory {
  static final Container CONTAINER =
      new Container() {
        @Override
        public String sign() {
          return "a GGUF file";
        }

        @Override
        public boolean claims(Path path) {
          return GgufPath.of(path).isPresent();
        }

        @Override
        public ModelDirectory open(Path path, Wanted wanted) {
          return GgufFile.read(GgufPath.of(path).orElseThrow(), wanted);
        }
      };

  /// Tensors that belong to a model's rotation, which was read with the metadata, and those beside
  /// a matrix that belong to it.
  private static final List<String> BESIDE =
      List.of("rope_freqs.weight", "rope_factors_short.weight", "rope_factors_long.weight");

  private static final String FORMAT = "GGUF ";

  public GgufFile {
    sources = Map.copyOf(sources);
    notices = List.copyOf(notices);
  }

  /// Reads the metadata of a file.
  public static GgufFile read(Path path, Wanted wanted) {
    try (Gguf gguf = Gguf.open(path)) {
      GgufModel own = Architectures.read(gguf);
      Interpretations all =
          wanted
              .config()
              .map(
                  config ->
                      LlamaCpp.of(
                          own, Architectures.of(gguf, HuggingFaceDirectory.read(config).model())))
              .orElseGet(() -> LlamaCpp.of(own, path.toString()));
      Interpretation taken = all.find(wanted.as(), path.toString());
      GgufModel model = Architectures.of(gguf, taken.model());
      refuseUnused(gguf, model, own);
      return new GgufFile(
          path,
          all,
          taken,
          model.sources(),
          FORMAT + types(gguf),
          taken.isPublished() ? List.of() : own.notices(),
          wanted.config());
    }
  }

  /// `Q4_K+Q6_K`.
  private static String types(Gguf gguf) {
    Map<String, Long> weights = new TreeMap<>();
    for (TensorEntry tensor : gguf.tensors()) {
      if (tensor.shape().size() > 1) {
        weights.merge(tensor.type().name(), tensor.elements(), Long::sum);
      }
    }
    return weights.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .collect(Collectors.joining("+"));
  }

  /// A tensor that the model does not use may be a part of it that is not understood.
  private static void refuseUnused(Gguf gguf, GgufModel model, GgufModel own) {
    Set<String> used = new HashSet<>(BESIDE);
    for (Source source : model.sources().values()) {
      source.tensors().forEach(tensor -> used.add(tensor.name()));
    }
    for (TensorEntry tensor : gguf.tensors()) {
      String name = tensor.name();
      if (!used.contains(name) && !isScale(gguf, name, used) && !own.leavesOut(name)) {
        throw new WeightsException(
            "%s holds the tensor '%s', which a %s of these metadata does not use"
                .formatted(gguf.path(), name, model.model().modelType()));
      }
    }
  }

  /// Whether it is the one number beside a matrix that is used.
  private static boolean isScale(Gguf gguf, String name, Set<String> used) {
    String matrix = name.replaceAll("\\.scale$", ".weight");
    return used.contains(matrix) && gguf.tensor(matrix).filter(Scaled::has).isPresent();
  }

  @Override
  public Map<String, List<MatrixForm>> forms() {
    try (AssembledWeights weights = openWeights()) {
      Map<String, List<MatrixForm>> forms = new HashMap<>();
      for (Parameter each : model().program(Model.Output.SCORE).parameters()) {
        if (each.shape().size() == 2) {
          String name = each.name();
          forms.put(name, List.of(weights.form(name, each.outputs(), each.inputs())));
        }
      }
      return forms;
    }
  }

  @Override
  public AssembledWeights openWeights() {
    return new AssembledWeights(new GgufWeights(Gguf.open(path)), sources);
  }
}
