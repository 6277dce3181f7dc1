package io.github.nonplus.perplexity;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Section;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.StrictJson;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.verification.Verdict;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of a run before its first window, and what becomes of its scores. A journal keeps
/// it, so that journals can be joined where neither model nor text is.
///
/// @param extent of the whole text, and `sections` its documents, as the averaging needs them
/// @param ids of all windows, first ids included
/// @param library the model library's file, null if it was compiled in memory
record RunAccount(
    String protocol,
    Averaging averaging,
    List<Figure> figures,
    Extent extent,
    List<Section> sections,
    Result.Corpus corpus,
    long ids,
    Result.ModelAccount model,
    @JsonSetter(nulls = Nulls.SET) String library,
    @JsonSetter(nulls = Nulls.SET) String librarySha256) {
  private static final ObjectMapper JSON = StrictJson.mapper();

  RunAccount {
    sections = List.copyOf(sections);
    if (Protocols.named(protocol).averaging() != averaging) {
      throw new IllegalArgumentException(
          "averaging is %s, but the protocol %s has %s"
              .formatted(averaging, protocol, Protocols.named(protocol).averaging()));
    }
    if (averaging == Averaging.WORDS && extent.words() < 1) {
      throw new IllegalArgumentException(
          "%d words of text, by which losses are to be divided".formatted(extent.words()));
    }
    if (ids < 1) {
      throw new IllegalArgumentException("%d ids, expected 1 or more".formatted(ids));
    }
  }

  /// Of a model, opened, and a file of windows that it can score.
  static RunAccount of(
      ScoringModel model, ModelWeights weights, WindowsFile file, Optional<WindowsOrigin> origin) {
    Protocol protocol = Protocols.of(file);
    return new RunAccount(
        protocol.name(),
        protocol.averaging(),
        protocol.figures(),
        file.extent(),
        file.sections(),
        Result.Corpus.of(file, origin),
        file.windows().ids(),
        model.account(weights, model.tokenizerSha256()),
        model.libraryFile().map(Path::toString).orElse(null),
        model.librarySha256().orElse(null));
  }

  /// The tallies that the windows go to.
  RunTally tally() {
    return RunTally.of(averaging, figures, extent, sections);
  }

  /// A sentence where the perplexity of these windows is beyond any number.
  Optional<String> overflow(Tally tally) {
    return tally.windows() == 0
        ? Optional.empty()
        : Overflow.sentence(averaging, extent.words(), tally.meanNll());
  }

  /// The result, once all windows are in the tally.
  ///
  /// @param sessions at least one, oldest first
  /// @param seconds that the windows took in all of them
  Result result(
      RunTally tallies, List<Session> sessions, double seconds, Long peakMemory, Verdict verdict) {
    return tallies.result(
        protocol,
        corpus,
        model,
        execution(sessions, seconds, peakMemory),
        verdict,
        versions(sessions));
  }

  private Result.Execution execution(List<Session> sessions, double seconds, Long peakMemory) {
    return new Result.Execution(
        Session.joined(sessions, Session::device),
        Session.joined(sessions, Session::deviceDescription),
        Session.joined(sessions, Session::kernels),
        sessions.stream().mapToInt(Session::threads).max().orElseThrow(),
        Session.joined(sessions, Session::arithmetic),
        library,
        librarySha256,
        sessions.stream().map(each -> Instant.parse(each.started())).min(Instant::compareTo).get(),
        sessions.size(),
        seconds,
        ids / seconds,
        peakMemory);
  }

  private static Map<String, String> versions(List<Session> sessions) {
    Map<String, String> versions = new LinkedHashMap<>();
    for (String name : sessions.getLast().versions().keySet()) {
      versions.put(name, Session.joined(sessions, each -> each.versions().get(name)));
    }
    return versions;
  }

  ObjectNode json() {
    return write(this);
  }

  static ObjectNode write(Record facts) {
    return JSON.valueToTree(facts);
  }

  static <T extends Record> T read(ObjectNode json, Class<T> type, Path journal) {
    try {
      return JSON.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          "%s: the journal does not say all that a result needs (%s); remove the file"
              .formatted(journal, StrictJson.reason(e)),
          e);
    }
  }
}
