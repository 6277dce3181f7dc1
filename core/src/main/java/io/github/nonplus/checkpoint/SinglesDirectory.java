package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.tokenizer.TokenizerFiles;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.safetensors.SinglesWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// A model of other weights as the directory of a Hugging Face model: its configuration, its
/// weights decoded to float32, its tokenizer.
final class SinglesDirectory {
  private static final int ROWS = 64;

  private SinglesDirectory() {}

  /// The numbers of a model's tensors.
  interface Tensors {
    float[] vector(String name, int length);

    /// @param shape of two dimensions or more, of which the last are the columns
    Matrix matrix(String name, List<Integer> shape);
  }

  /// The shapes of the tensors of which a model is made.
  ///
  /// @param chosen makes one of two sources that may be there
  static Map<String, List<Integer>> shapes(FamilyModel model, UnaryOperator<Source> chosen) {
    Map<String, List<Integer>> shapes = new TreeMap<>();
    for (Parameter parameter : model.program(Output.SCORE).parameters()) {
      Source source = model.sources().get(parameter.name());
      if (source == null) {
        shapes.put(parameter.name(), parameter.shape());
      } else {
        chosen.apply(source).tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
      }
    }
    return shapes;
  }

  /// Writes the directory, which must not be there.
  ///
  /// @param from whose tokenizer it gets
  static void write(
      Path from,
      ObjectNode configuration,
      Map<String, List<Integer>> shapes,
      Tensors tensors,
      Path directory) {
    try {
      Files.createDirectory(directory);
      Files.writeString(
          directory.resolve(HuggingFaceDirectory.CONFIG),
          configuration.toString(),
          StandardCharsets.UTF_8);
      writeTokenizer(TokenizerFiles.of(from), directory);
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(directory.resolve("model.safetensors")))) {
        SinglesWriter writer = SinglesWriter.begin(out, shapes);
        for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
          write(tensor.getKey(), tensor.getValue(), tensors, writer);
        }
      }
    } catch (IOException e) {
      throw new OutputException(
          "%s cannot be written: %s; free some space, or let NONPLUS_JAVA_OPTIONS=-Djava.io.tmpdir=DIR name another directory"
              .formatted(directory, Reason.of(e)),
          e);
    }
  }

  private static void writeTokenizer(TokenizerFiles tokenizer, Path directory) throws IOException {
    if (tokenizer.digest().isPresent()) {
      Files.write(directory.resolve("tokenizer.json"), tokenizer.bytes());
      Files.writeString(
          directory.resolve("tokenizer_config.json"),
          tokenizer.configuration().toString(),
          StandardCharsets.UTF_8);
    }
  }

  private static void write(String name, List<Integer> shape, Tensors tensors, SinglesWriter writer)
      throws IOException {
    if (shape.size() == 1) {
      writer.add(tensors.vector(name, shape.getFirst()));
      return;
    }
    Matrix matrix = tensors.matrix(name, shape);
    for (int row = 0; row < matrix.rows(); row += ROWS) {
      int end = Math.min(matrix.rows(), row + ROWS);
      float[] values = new float[Math.multiplyExact(end - row, matrix.columns())];
      matrix.decode(row, end, values, 0);
      writer.add(values);
    }
  }
}
