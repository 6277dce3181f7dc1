package io.github.nonplus.explanation;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsHeader;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.SpelledTokens;
import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Why two tools give two numbers for the same model and text: each difference of their protocols
/// alone, with the number that it leads to.
///
/// @param from name of the one protocol
/// @param to name of the other
/// @param steps the one's number first, the other's last
public record Explanation(String from, String to, List<Step> steps) {
  public Explanation {
    steps = List.copyOf(steps);
  }

  /// What is asked for.
  ///
  /// @param window ids of a window in both, instead of each one's own
  /// @param stride tokens between windows, in those that overlap
  /// @param spelled what special tokens become that the texts spell out
  public record Request(
      Path model,
      String device,
      DeviceOptions options,
      Protocol from,
      Protocol to,
      OptionalInt window,
      OptionalInt stride,
      SpelledAs spelled) {}

  /// Walks it.
  ///
  /// @param note is told what the user should know, and when a step is done
  public static Explanation of(Request request, Documents documents, Consumer<String> note) {
    ScoringModel model =
        ScoringModel.open(request.model(), Optional.empty(), request.device(), note);
    Protocol from = sized(request.from(), request, model);
    Protocol to = sized(request.to(), request, model);
    try (Scratch scratch = Scratch.open();
        Tokenizer tokenizer = Tokenizer.open(request.model(), request.spelled())) {
      warn(request, documents, tokenizer, note);
      List<Prepared> steps = new ArrayList<>();
      List<Step.Planned> unshown = new ArrayList<>();
      List<Step.Planned> planned = Plan.of(from, to);
      for (Step.Planned step : planned) {
        boolean isEnd = step == planned.getFirst() || step == planned.getLast();
        try {
          Path file = scratch.resolve("step" + steps.size());
          steps.add(prepared(step.after(unshown), documents, tokenizer, file));
          unshown.clear();
        } catch (CorpusException e) { // halfway between two protocols there may be no window
          if (isEnd) {
            throw e;
          }
          unshown.add(step);
        }
      }
      return new Explanation(from.name(), to.name(), scored(request, model, steps, note));
    }
  }

  /// Special tokens that texts spell out are ids to some tools and letters to others.
  private static void warn(
      Request request, Documents documents, Tokenizer tokenizer, Consumer<String> note) {
    for (Protocol protocol : List.of(request.from(), request.to())) {
      Optional<String> warning =
          SpelledTokens.in(documents.all(), protocol.joining(), tokenizer.specialTokens())
              .flatMap(found -> found.warning(protocol, tokenizer.spelledAs()));
      if (warning.isPresent()) {
        note.accept("Warning: " + warning.get());
        return;
      }
    }
  }

  /// A step whose windows are there.
  private record Prepared(Step.Planned plan, WindowsFile file) {}

  private static Protocol sized(Protocol protocol, Request request, ScoringModel model) {
    Protocol.Cut cut = protocol.windows();
    int context = model.directory().model().contextWindow();
    int window = request.window().orElse(cut.window().orElse(context));
    int stride =
        cut.stride().isEmpty()
            ? window
            : request.stride().orElse(Math.min(cut.stride().getAsInt(), window));
    return protocol.with(
        new Protocol.Cut(OptionalInt.of(window), OptionalInt.of(stride), cut.twice(), cut.of()));
  }

  private static Prepared prepared(
      Step.Planned step, Documents documents, Tokenizer tokenizer, Path path) {
    Protocol protocol = step.protocol();
    var windowing = Plan.windowing(protocol);
    Preparation preparation = new Preparation(protocol, windowing, tokenizer, Integer.MAX_VALUE);
    Optional<WindowsHeader> header =
        Optional.of(
            new WindowsHeader(
                protocol.name(), windowing.window(), windowing.stride(), protocol.lastFed()));
    try (WindowsWriter writer = WindowsWriter.of(path, header)) {
      for (Document document : documents.all()) {
        preparation.add(document, writer);
      }
      writer.commit();
    }
    return new Prepared(step, WindowsFile.read(path));
  }

  private static List<Step> scored(
      Request request, ScoringModel model, List<Prepared> steps, Consumer<String> note) {
    String remedy = "give --window at most " + model.library().contextWindow();
    steps.forEach(step -> model.requireScorable(step.file(), remedy));
    int room = model.library().prefillChunk();
    for (Prepared step : steps) {
      room = Math.max(room, step.file().windows().longestFed());
    }
    List<Step> done = new ArrayList<>();
    try (Device device = Devices.open(request.device(), request.options());
        ModelWeights weights = model.directory().openWeights();
        Executable executable = device.load(model.score(), weights, room)) {
      List<WindowScore> scores = List.of();
      Prepared before = null;
      for (Prepared step : steps) {
        if (before == null || !isSame(before.file().windows(), step.file().windows())) {
          scores = scores(executable, step.file(), room);
        }
        Tally tally = new Tally(step.plan().protocol().averaging(), step.file().extent());
        scores.forEach(tally::add);
        done.add(
            new Step(
                step.plan().changed(),
                step.plan().description(),
                tally.windows(),
                tally.tokens(),
                tally.perplexity()));
        note.accept("%d of %d steps done".formatted(done.size(), steps.size()));
        before = step;
      }
    }
    return done;
  }

  private static List<WindowScore> scores(Executable executable, WindowsFile file, int room) {
    List<WindowScore> scores = new ArrayList<>();
    Evaluation.ofTokens(file.windows(), room).run(executable, scores::add);
    return scores;
  }

  private static boolean isSame(Windows one, Windows other) {
    if (one.count() != other.count()) {
      return false;
    }
    for (int i = 0; i < one.count(); i++) {
      if (one.scored(i) != other.scored(i)
          || one.fed(i) != other.fed(i)
          || !java.util.Arrays.equals(one.window(i), other.window(i))) {
        return false;
      }
    }
    return true;
  }
}
