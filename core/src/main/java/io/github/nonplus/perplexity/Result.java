package io.github.nonplus.perplexity;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.stability.Api;
import io.github.nonplus.verification.Verdict;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A perplexity and everything needed to know what it means and where it came from.
///
/// @param standardError over windows, null if there is only one
/// @param standardErrorNll likewise
/// @param figures what else the protocol's tool prints, by name; `macro_perplexity` where there are
///   several documents: exp of the mean over documents of their mean losses
/// @param documents one by one, where there are several
/// @param routing where tokens went, if the model is a mixture of experts; else null, and left out
/// @param verification how near the device is to the CPU, null if nobody asked
@Api
public record Result(
    double perplexity,
    double meanNll,
    Double standardError,
    Double standardErrorNll,
    long windows,
    long tokensScored,
    String protocol,
    String averaging,
    Corpus corpus,
    ModelAccount model,
    Execution execution,
    Verdict verification,
    Map<String, String> versions,
    Map<String, Double> figures,
    List<DocumentScore> documents,
    @JsonInclude(JsonInclude.Include.NON_NULL) @JsonSetter(nulls = Nulls.SET)
        RoutingAccount routing) {
  /// Of a model without experts.
  public Result(
      double perplexity,
      double meanNll,
      Double standardError,
      Double standardErrorNll,
      long windows,
      long tokensScored,
      String protocol,
      String averaging,
      Corpus corpus,
      ModelAccount model,
      Execution execution,
      Verdict verification,
      Map<String, String> versions,
      Map<String, Double> figures,
      List<DocumentScore> documents) {
    this(
        perplexity,
        meanNll,
        standardError,
        standardErrorNll,
        windows,
        tokensScored,
        protocol,
        averaging,
        corpus,
        model,
        execution,
        verification,
        versions,
        figures,
        documents,
        null);
  }

  /// The same with what is known of experts.
  Result with(RoutingAccount experts) {
    return new Result(
        perplexity,
        meanNll,
        standardError,
        standardErrorNll,
        windows,
        tokensScored,
        protocol,
        averaging,
        corpus,
        model,
        execution,
        verification,
        versions,
        figures,
        documents,
        experts);
  }

  /// One document of several.
  ///
  /// @param perplexity by the protocol's averaging, of this document alone
  public record DocumentScore(
      String name, long windows, long tokensScored, double meanNll, double perplexity) {}

  /// The windows that were scored.
  ///
  /// @param text name of the text they were made of, null if the file of windows does not say
  /// @param textSha256 its digest, null likewise
  public record Corpus(
      String windowsFile,
      String windowsSha256,
      int longestWindow,
      @JsonSetter(nulls = Nulls.SET) Integer window,
      @JsonSetter(nulls = Nulls.SET) Integer stride,
      @JsonSetter(nulls = Nulls.SET) String text,
      @JsonSetter(nulls = Nulls.SET) String textSha256) {
    /// What is known of a file of windows.
    public static Corpus of(WindowsFile file, Optional<WindowsOrigin> origin) {
      return new Corpus(
          file.path().toString(),
          file.sha256(),
          file.windows().longest(),
          origin.map(WindowsOrigin::window).orElse(null),
          origin.map(WindowsOrigin::stride).orElse(null),
          origin.map(WindowsOrigin::text).orElse(null),
          origin.map(WindowsOrigin::textSha256).orElse(null));
    }
  }

  /// The model that scored them.
  ///
  /// @param quantization a scheme, or `source`
  /// @param tokenizerSha256 null if there is no tokenizer beside the weights
  /// @param parameters how many numbers the model has, null if nobody counted
  /// @param interpretation what the weights were taken for
  public record ModelAccount(
      String path,
      String modelType,
      String quantization,
      long weightBytes,
      String weightsSha256,
      @JsonSetter(nulls = Nulls.SET) String tokenizerSha256,
      @JsonSetter(nulls = Nulls.SET) Long parameters,
      InterpretationAccount interpretation) {}

  /// What a checkpoint's weights were taken for.
  ///
  /// @param name such as `mlc` or `source`
  /// @param words what it is
  /// @param cost of all differences together, null if nobody compared
  /// @param config where the published model's configuration lay, null if with the weights
  /// @param differences from the published model
  public record InterpretationAccount(
      String name,
      String words,
      @JsonSetter(nulls = Nulls.SET) String config,
      @JsonSetter(nulls = Nulls.SET) Cost cost,
      List<DifferenceAccount> differences) {
    public InterpretationAccount {
      differences = List.copyOf(differences);
    }

    /// That of a model.
    public static InterpretationAccount of(Interpretation interpretation, Optional<Path> config) {
      return new InterpretationAccount(
          interpretation.name(),
          interpretation.words(),
          config.map(Path::toString).orElse(null),
          null,
          interpretation.differences().stream()
              .map(
                  each ->
                      new DifferenceAccount(
                          each.name(), each.words(), each.evidence().words(), null))
              .toList());
    }

    /// The same with what differences cost.
    ///
    /// @param alone each alone, by its name
    InterpretationAccount costing(Cost together, Map<String, Cost> alone) {
      return new InterpretationAccount(
          name,
          words,
          config,
          together,
          differences.stream()
              .map(
                  each ->
                      new DifferenceAccount(
                          each.name(), each.words(), each.evidence(), alone.get(each.name())))
              .toList());
    }

    /// The published model.
    public static InterpretationAccount published() {
      return new InterpretationAccount(
          Interpretation.SOURCE, Interpretation.PUBLISHED, null, null, List.of());
    }
  }

  /// Something that is computed otherwise than the published model does.
  ///
  /// @param evidence `executed` if losses of the runtime itself showed it, `read` if only its
  ///   source did
  /// @param cost of it alone, null if nobody compared
  public record DifferenceAccount(
      String name, String words, String evidence, @JsonSetter(nulls = Nulls.SET) Cost cost) {}

  /// What is lost beyond the published model on the same windows, in nats a token, averaged as the
  /// protocol averages.
  ///
  /// @param standardError over windows, of the difference; null if there is only one
  /// @param published perplexity of the published model
  /// @param perplexity of what costs that
  public record Cost(
      double nats,
      @JsonSetter(nulls = Nulls.SET) Double standardError,
      double published,
      double perplexity) {}

  /// The same of weights that were taken for the same, of which more is known.
  Result with(InterpretationAccount interpretation) {
    return new Result(
        perplexity,
        meanNll,
        standardError,
        standardErrorNll,
        windows,
        tokensScored,
        protocol,
        averaging,
        corpus,
        new ModelAccount(
            model.path(),
            model.modelType(),
            model.quantization(),
            model.weightBytes(),
            model.weightsSha256(),
            model.tokenizerSha256(),
            model.parameters(),
            interpretation),
        execution,
        verification,
        versions,
        figures,
        documents);
  }

  /// How it was computed.
  ///
  /// @param library the model library's file, null if it was compiled in memory
  /// @param arithmetic of activations
  /// @param started the first time
  /// @param sessions how often: more than once after an interruption, or on several machines. Where
  ///   they differ, texts of the execution hold what each says, joined by plus signs
  /// @param seconds for all windows, without loading
  /// @param tokensPerSecond tokens of all windows, first ids included, divided by that
  /// @param peakMemoryBytes of the whole process, null where the system does not tell
  public record Execution(
      String device,
      String deviceDescription,
      String kernels,
      int threads,
      String arithmetic,
      String library,
      String librarySha256,
      Instant started,
      int sessions,
      double seconds,
      double tokensPerSecond,
      Long peakMemoryBytes) {}
}
