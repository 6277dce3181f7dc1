package io.github.nonplus.weights.mlc;

import io.github.nonplus.files.ForcedFile;
import io.github.nonplus.files.WholeDirectory;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Encoder;
import io.github.nonplus.quantization.Encoding;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// From a Hugging Face model directory to MLC's weight directory, parameter by parameter: memory
/// holds one parameter and one shard, whatever the size of the model.
public final class MlcConversion {
  private static final Pattern SHARD = Pattern.compile("params_shard_\\d+\\.bin");

  /// Everything but shards that a directory of weights consists of.
  private static final Set<String> OTHER_FILES =
      Stream.concat(
              Stream.of(
                  ChatConfigFile.FILE_NAME,
                  Dialect.UPSTREAM.indexFile(),
                  Dialect.UPSTREAM.bfloat16IndexFile(),
                  Dialect.QUALCOMM.indexFile(),
                  Dialect.QUALCOMM.bfloat16IndexFile()),
              ChatConfigFile.TOKENIZER_FILES.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final SafetensorsCheckpoint checkpoint;
  private final Options options;
  private final ShardWriter.Opener opener;
  private final RoundedWeights rounded;
  private final List<String> infinite;

  private MlcConversion(
      SafetensorsCheckpoint checkpoint, Options options, ShardWriter.Opener opener) {
    this.checkpoint = checkpoint;
    this.options = options;
    this.opener = opener;
    this.rounded = new RoundedWeights(options.quantization().modelType());
    this.infinite = new ArrayList<>();
  }

  /// How to convert.
  ///
  /// @param before what weights were quantized to before, which the index will say; empty if they
  ///   were not
  public record Options(
      Quantization quantization, Rounding rounding, Dialect dialect, Optional<String> before) {
    /// Of weights that were not quantized before.
    public Options(Quantization quantization, Rounding rounding, Dialect dialect) {
      this(quantization, rounding, dialect, Optional.empty());
    }

    /// As current upstream converts and reads.
    public static Options upstream(Quantization quantization) {
      return new Options(quantization, Rounding.TIES_TO_EVEN, Dialect.UPSTREAM);
    }
  }

  /// Hears of every parameter before it is converted.
  @FunctionalInterface
  public interface Progress {
    void converting(int number, int of, String parameter);
  }

  /// What was written.
  ///
  /// @param warnings sentences about what was left out or is no longer the same
  public record Result(MlcSummary summary, List<String> warnings) {
    public Result {
      warnings = List.copyOf(warnings);
    }
  }

  /// Converts the model in `huggingFace` into the new directory `output`, which appears whole or
  /// not at all. A directory of an earlier conversion is replaced.
  ///
  /// @param parameters what the model consists of
  /// @param chatConfig what `mlc-chat-config.json` is to say of the model
  public static Result convert(
      Path huggingFace,
      List<StoredParameter> parameters,
      ChatConfig chatConfig,
      Options options,
      Path output,
      Progress progress) {
    return convert(
        huggingFace, parameters, chatConfig, options, output, progress, ForcedFile::open);
  }

  /// The same of a checkpoint that is open already.
  ///
  /// @param checkpoint with tensors under the model's names
  public static Result convert(
      SafetensorsCheckpoint checkpoint,
      List<StoredParameter> parameters,
      ChatConfig chatConfig,
      Options options,
      Path output,
      Progress progress) {
    return convert(checkpoint, parameters, chatConfig, options, output, progress, ForcedFile::open);
  }

  /// The same with a file system that a test lets fail.
  static Result convert(
      Path huggingFace,
      List<StoredParameter> parameters,
      ChatConfig chatConfig,
      Options options,
      Path output,
      Progress progress,
      ShardWriter.Opener opener) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(huggingFace)) {
      return convert(checkpoint, parameters, chatConfig, options, output, progress, opener);
    }
  }

  private static Result convert(
      SafetensorsCheckpoint checkpoint,
      List<StoredParameter> parameters,
      ChatConfig chatConfig,
      Options options,
      Path output,
      Progress progress,
      ShardWriter.Opener opener) {
    try (WholeDirectory directory = WholeDirectory.create(output, MlcConversion::isConversion)) {
      List<String> warnings = new ArrayList<>();
      MlcConversion conversion = new MlcConversion(checkpoint, options, opener);
      ChatConfigFile chatFile = new ChatConfigFile(chatConfig, checkpoint.path());
      chatFile.write(options.quantization(), options.dialect(), directory.path());
      warnings.addAll(chatFile.warnings());
      warnings.addAll(conversion.writeWeights(parameters, directory.path(), progress));
      MlcSummary summary = MlcSummary.read(directory.path());
      directory.commit();
      return new Result(summary, warnings);
    } catch (UncheckedIOException failure) {
      throw WholeDirectory.notWritten(output, failure.getCause());
    }
  }

  private static boolean isConversion(Set<String> files) {
    return files.contains(ChatConfigFile.FILE_NAME)
        && files.stream()
            .allMatch(file -> SHARD.matcher(file).matches() || OTHER_FILES.contains(file));
  }

  private List<String> writeWeights(
      List<StoredParameter> parameters, Path directory, Progress progress) {
    // All forms and shapes first: a wrong one should not cost minutes.
    parameters.forEach(each -> StoredForm.of(each, options.quantization()));
    parameters.forEach(this::source);
    ArrivalOrder order = ArrivalOrder.of(checkpoint, parameters);
    try (ShardWriter writer = new ShardWriter(directory, ShardWriter.CAPACITY, opener)) {
      int number = 0;
      for (StoredParameter parameter : order.parameters()) {
        progress.converting(++number, order.parameters().size(), parameter.name());
        write(parameter, writer);
      }
      writeIndex(writer.finish(), order.totalParameters(), directory);
    }
    List<String> warnings = new ArrayList<>();
    rounded.sentence(options.quantization()).ifPresent(warnings::add);
    for (String name : infinite) {
      warnings.add(
          "'%s' holds numbers that are infinite in %s, as MLC converts them; it cannot be evaluated"
              .formatted(name, options.quantization().name()));
    }
    for (String name : order.unmapped()) {
      warnings.add("tensor '%s' is not part of the model and was left out".formatted(name));
    }
    for (String name : checkpoint.unlisted()) {
      warnings.add("tensor '%s' is not listed in the index and was left out".formatted(name));
    }
    return warnings;
  }

  private ConcatenatedSource source(StoredParameter parameter) {
    return ConcatenatedSource.find(checkpoint, parameter, options.quantization().modelType());
  }

  private void write(StoredParameter parameter, ShardWriter writer) {
    ConcatenatedSource source = source(parameter);
    source.checkValues(checkpoint);
    if (options.quantization().linear().isEmpty()) { // others round by intent
      rounded.add(source.tensors());
    }
    try (Arena arena = Arena.ofShared()) {
      StoredForm form = StoredForm.of(parameter, options.quantization());
      List<MemorySegment> planes = planes(source, form, parameter, arena);
      for (int i = 0; i < planes.size(); i++) {
        Encoding.Part plane = form.planes().get(i);
        writer.add(plane.name(), plane.shape(), plane.type(), planes.get(i));
      }
    }
  }

  private List<MemorySegment> planes(
      ConcatenatedSource source, StoredForm form, StoredParameter parameter, Arena arena) {
    if (form.encoding().isEmpty()) {
      return List.of(source.cast(arena));
    }
    Encoder encoder = form.encoding().flatMap(Encoding::encoder).orElseThrow();
    Matrix matrix =
        encoder.encode(source, parameter.rows(), parameter.columns(), options.rounding(), arena);
    if (form.stored(matrix, arena).firstNonFinite() >= 0) {
      infinite.add(parameter.name());
    }
    return matrix.planes().data();
  }

  private void writeIndex(List<ShardRecord> shards, long totalParameters, Path directory) {
    Dialect dialect = options.dialect();
    Path index = directory.resolve(dialect.indexFile());
    try {
      ForcedFile.write(index, IndexJson.print(shards, totalParameters, options.before()));
      if (shards.stream().flatMap(s -> s.tensors().stream()).anyMatch(TensorRecord::isShortened)) {
        ForcedFile.write(
            directory.resolve(dialect.bfloat16IndexFile()),
            IndexJson.printAsBfloat16(shards, totalParameters, options.before()));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
