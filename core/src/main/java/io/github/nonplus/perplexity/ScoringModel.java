package io.github.nonplus.perplexity;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
import io.github.nonplus.failure.CompileException;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.Function;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.tokenizer.TokenizerFiles;
import io.github.nonplus.verification.Tolerance;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// A model that can score windows on a device: understood, and compiled.
///
/// @param libraryFile where it was compiled to, absent if that was in memory
public record ScoringModel(
    ModelDirectory directory, Optional<Path> libraryFile, ModelLibrary library) {
  /// Opens the model at `path` with its own context.
  ///
  /// @param libraryFile the compiled model; compiled in memory if absent
  /// @param note is told what the user should know, as sentences
  public static ScoringModel open(
      Path path, Optional<Path> libraryFile, String device, Consumer<String> note) {
    return open(path, Wanted.DEFAULT, libraryFile, OptionalInt.empty(), device, note);
  }

  /// The same with windows of up to `context` tokens; a compiled model has its own.
  public static ScoringModel open(
      Path path,
      Optional<Path> libraryFile,
      OptionalInt context,
      String device,
      Consumer<String> note) {
    return open(path, Wanted.DEFAULT, libraryFile, context, device, note);
  }

  /// The same of one of its interpretations, with windows of up to `context` tokens; a compiled
  /// model has its own.
  public static ScoringModel open(
      Path path,
      Wanted wanted,
      Optional<Path> libraryFile,
      OptionalInt context,
      String device,
      Consumer<String> note) {
    ModelDirectory directory = ModelDirectory.open(path, wanted);
    directory.notices().forEach(note);
    if (libraryFile.isPresent()) {
      if (context.isPresent()) {
        throw new RequestException(
            ("--context is for a model that is compiled in memory: %s has its own; compile with"
                    + " --overrides context_window_size=%d, or leave the library out")
                .formatted(libraryFile.get(), context.getAsInt()));
      }
      return new ScoringModel(directory, libraryFile, read(libraryFile.get(), directory, device));
    }
    note.accept("Compiling %s in memory, because no model library is given.".formatted(path));
    ModelLibrary library =
        Compiler.compile(
            directory.model(),
            directory.quantization(),
            device,
            new CompileOptions(true, context, OptionalInt.empty()),
            (_, _, _) -> {});
    return new ScoringModel(directory, libraryFile, library);
  }

  private static ModelLibrary read(Path file, ModelDirectory directory, String device) {
    ModelLibrary library = LibraryFile.read(file);
    if (!library.device().equals(device)) {
      throw new CompileException(
          "%s was compiled for the device '%s', not '%s'; compile it with --device %s"
              .formatted(file, library.device(), device, device));
    }
    library.requireModel(
        file.toString(),
        directory.path().toString(),
        directory.model().facts(),
        directory.quantization());
    library.functions().values().forEach(each -> requireParameters(file, each, directory));
    library.requireFormats(file.toString(), directory.path().toString(), directory.forms());
    return library;
  }

  /// A library reads the tensors that the model's own program reads, and no others.
  private static void requireParameters(Path file, Function function, ModelDirectory directory) {
    Set<Parameter> own = Set.copyOf(directory.model().program(Model.Output.SCORE).parameters());
    for (Parameter parameter : function.program().parameters()) {
      if (!own.contains(parameter)) {
        throw new CompileException(
            "%s reads the tensor '%s' of shape %s, which %s does not have; compile it again"
                .formatted(file, parameter, parameter.shape(), directory.path()));
      }
    }
  }

  /// The function that scores.
  public Function score() {
    return library.score(libraryFile.map(Path::toString).orElse("the model compiled in memory"));
  }

  /// By how much, in nats, a token's loss may differ between devices because of rounding alone.
  ///
  /// @param arithmetic of the rougher of them
  /// @param longest tokens of the longest window
  public double allowed(Arithmetic arithmetic, int longest) {
    return Tolerance.of(score().program(), arithmetic, longest).allowed().getLast();
  }

  /// Tokens of the longest window that it takes.
  public int longestWindow() {
    return Math.min(score().program().longestWindow(), library.contextWindow());
  }

  /// The most tokens of a batch: as many as the library was compiled for, or, if that was in
  /// memory, as many as the device wants, if these are more.
  public int batchTokens(Computation computation) {
    int compiled = library.prefillChunk();
    return libraryFile.isPresent() ? compiled : Math.max(compiled, computation.wantedBatch());
  }

  /// Refuses windows that the model cannot take.
  public void requireScorable(WindowsFile file) {
    requireScorable(file, remedy(file.windows().longestFed()));
  }

  /// The same.
  ///
  /// @param remedy what to do about windows that are too long
  public void requireScorable(WindowsFile file, String remedy) {
    file.checkVocabulary(directory.model().vocabularySize(), aboutIds(file));
    int longest = 0;
    for (int w = 1; w < file.windows().count(); w++) {
      longest = file.windows().fed(w) > file.windows().fed(longest) ? w : longest;
    }
    int length = file.windows().count() == 0 ? 0 : file.windows().fed(longest);
    int positions = score().program().longestWindow();
    if (length > positions) {
      throw new CorpusException(
          "%s: line %d is a window of %d ids, the longest, but the model has learnt %d positions; use shorter windows"
              .formatted(file.path(), file.line(longest), length, positions));
    }
    if (length > library.contextWindow()) {
      throw new CorpusException(
          "%s: line %d is a window of %d ids, the longest, but the model takes %d; %s"
              .formatted(file.path(), file.line(longest), length, library.contextWindow(), remedy));
    }
  }

  /// What to do about windows of up to `longest` tokens if these are too many.
  public String remedy(int longest) {
    return "use shorter windows, or "
        + (libraryFile.isPresent()
            ? "compile with --overrides context_window_size="
            : "let it take longer ones with --context ")
        + longest;
  }

  private String aboutIds(WindowsFile file) {
    Optional<String> own = tokenizerSha256();
    Optional<String> maker = WindowsOrigin.beside(file).map(WindowsOrigin::tokenizerSha256);
    return own.isPresent() && own.equals(maker)
        ? "the tokenizer.json beside the model made it, which has more ids than the model;"
            + " nonplus inspect --tokenizer tells which"
        : "make the windows with this model's tokenizer";
  }

  /// Digest of the tokenizer beside the weights, if there is one.
  public Optional<String> tokenizerSha256() {
    return TokenizerFiles.of(directory.path()).digest();
  }

  /// Ids of one tokenizer mean nothing to a model with another, but its perplexity is a number all
  /// the same: a sentence about windows that another tokenizer made.
  public Optional<String> tokenizerWarning(WindowsFile file, Optional<WindowsOrigin> origin) {
    Optional<String> own = tokenizerSha256();
    if (origin.isEmpty() || own.isEmpty() || origin.get().tokenizerSha256().equals(own.get())) {
      return Optional.empty();
    }
    return Optional.of(
        ("Warning: %s was made with another tokenizer.json (sha256 %s) than the one in %s"
                + " (sha256 %s); if the ids differ, the perplexity means nothing")
            .formatted(file.path(), origin.get().tokenizerSha256(), directory.path(), own.get()));
  }

  /// Digest of the library's file, if there is one.
  public Optional<String> librarySha256() {
    return libraryFile.map(ScoringModel::sha256);
  }

  /// What it is, for results.
  ///
  /// @param weights its own, opened
  public Result.ModelAccount account(ModelWeights weights, Optional<String> tokenizerSha256) {
    return new Result.ModelAccount(
        directory.path().toString(),
        directory.model().modelType(),
        directory.quantization(),
        weights.bytes(),
        weights.digest(),
        tokenizerSha256.orElse(null),
        parameters(),
        Result.InterpretationAccount.of(directory.interpretation(), directory.config()));
  }

  /// How many numbers the model stores, tied ones once, whatever its scheme makes of them.
  private long parameters() {
    return directory.model().program(Model.Output.SCORE).parameters().stream()
        .collect(Collectors.toMap(Parameter::name, Parameter::shape, (one, _) -> one))
        .values()
        .stream()
        .mapToLong(shape -> shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
        .sum();
  }

  private static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }
}
