package io.github.nonplus.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.journal.JournalContent;
import io.github.nonplus.journal.JournalReader;
import io.github.nonplus.report.record.RecordContent;
import io.github.nonplus.report.record.RecordDivergence;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.RoutingFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a file of results is, in a screenful: journals, records, results, origins of windows, and
/// llama.cpp's files of log-probabilities.
final class OwnFiles {
  private static final String JOURNAL = "nonplus-journal ";

  private final List<String> lines = new ArrayList<>();
  private final Path path;

  private OwnFiles(Path path) {
    this.path = path;
  }

  /// The lines to print, if it is one of these.
  static Optional<List<String>> lines(Path path) {
    OwnFiles file = new OwnFiles(path);
    String begin = begin(path);
    if (begin.startsWith(JOURNAL)) {
      file.journal(JournalReader.read(path));
    } else if (KldFile.looksLikeOne(path)) {
      file.logProbabilities();
    } else if (begin.stripLeading().startsWith("{")) {
      file.json();
    }
    return file.lines.isEmpty() ? Optional.empty() : Optional.of(file.lines);
  }

  private static String begin(Path path) {
    try (var in = InputFile.stream(path)) {
      return new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // why it cannot be read is said by whoever reads it
    }
  }

  private void journal(JournalContent journal) {
    say("%s: a journal", path);
    say(
        "  windows    %,d of the %,d of part %s are finished, of %,d in all; %s",
        journal.finished().size(),
        journal.header().end() - journal.header().first(),
        journal.header().shard(),
        journal.header().windows(),
        journal.isComplete() ? "nonplus merge makes the result" : "the same command goes on");
    say(
        "  run        started %s, %.1f s so far%s",
        Count.of(journal.sessions().size(), "time"),
        journal.seconds(),
        journal.torn() == 0 ? "" : "; its last %d bytes are torn".formatted(journal.torn()));
    journal.header().run().forEach((name, value) -> say("  %-24s %s", name, value));
  }

  private void logProbabilities() {
    try (KldFile file = KldFile.open(path)) {
      KldFile.Account account = file.account();
      say(
          "%s: log-probabilities of a model, as llama-perplexity --kl-divergence-base writes",
          path);
      say(
          "  windows    %,d chunks of %,d tokens, the second half of each scored",
          account.chunks(), account.chunkTokens());
      say("  vocabulary %,d ids", account.vocabulary());
      say("  sha256     %s", account.sha256());
    }
  }

  /// A config.json, say, is an object too, and is none of these.
  private void json() {
    RecordContent content = RecordContent.read(path);
    ObjectNode facts = content.facts();
    if (content.scores().isPresent()) {
      record(RecordFile.of(content));
    } else if (facts.has("perplexity") && facts.has("mean_nll")) {
      RecordFile.requireConsistent(content);
      say("%s: a result without its scores", path);
      result(facts);
    } else if (facts.has("divergence") && facts.has("candidate")) {
      divergence(facts);
    } else if (facts.has("windows_sha256") && facts.has("stride")) {
      origin(facts);
    }
  }

  private void record(ResultRecord record) {
    say(
        "%s: a result with its scores%s",
        path, record.divergence().isPresent() ? ", and how far they are from a reference" : "");
    result(record.facts());
    say(
        "  holds      the losses of %,d tokens in %,d windows, %s",
        record.tokens(),
        record.windows().size(),
        record.texts().isPresent() ? "and their texts" : "but not their texts");
    record.divergence().ifPresent(this::reference);
  }

  private void reference(RecordDivergence its) {
    Divergence divergence = its.divergence();
    say(
        "  reference  %s, sha256 %s: %s",
        its.reference().label(), its.reference().sha256(), its.reference().computed());
    say(
        "  divergence %s nats from the reference, at most %s; same top %.3f %%, perplexity ratio %s",
        divergence.referenceToCandidate().mean(),
        divergence.referenceToCandidate().largest(),
        100 * divergence.sameTopShare(),
        divergence.perplexityRatio());
  }

  private void result(ObjectNode facts) {
    say(
        "  perplexity %s (mean negative log-likelihood %s nats)",
        text(facts, "perplexity"), text(facts, "mean_nll"));
    say("  protocol   %s: %s", text(facts, "protocol"), text(facts, "averaging"));
    say(
        "  windows    %s, %s tokens scored; sha256 %s",
        text(facts, "windows"),
        text(facts, "tokens_scored"),
        text(facts.path("corpus"), "windows_sha256"));
    say("  text       %s", text(facts.path("corpus"), "text"));
    say(
        "  model      %s, weights in %s, sha256 %s",
        text(facts.path("model"), "path"),
        text(facts.path("model"), "quantization"),
        text(facts.path("model"), "weights_sha256"));
    say(
        "  computed   on %s (%s), begun %s, by Nonplus %s",
        text(facts.path("execution"), "device"),
        text(facts.path("execution"), "device_description"),
        text(facts.path("execution"), "started"),
        text(facts.path("versions"), "nonplus"));
    RoutingFacts.of(facts).map(RoutingText::inFull).ifPresent(lines::addAll);
  }

  private void divergence(ObjectNode facts) {
    JsonNode divergence = facts.path("divergence");
    JsonNode reference = facts.path("reference");
    say("%s: a divergence of two models", path);
    say(
        "  divergence %s nats from the reference, over %s tokens in %s windows",
        text(divergence.path("reference_to_candidate"), "mean"),
        text(divergence, "tokens_scored"),
        text(divergence, "windows"));
    say(
        "  perplexity %s, the reference's %s",
        text(divergence, "candidate_perplexity"), text(divergence, "reference_perplexity"));
    say("  candidate  %s", text(facts.path("candidate").path("model"), "path"));
    say(
        "  reference  %s",
        text(reference.has("file") ? reference : reference.path("model"), "path", "file"));
  }

  private void origin(ObjectNode facts) {
    say("%s: where the windows of a file come from", path);
    say("  windows    of sha256 %s", text(facts, "windows_sha256"));
    say("  protocol   %s", text(facts, "protocol"));
    say("  text       %s, sha256 %s", text(facts, "text"), text(facts, "text_sha256"));
    say("  cut        %s ids every %s tokens", text(facts, "window"), text(facts, "stride"));
    say("  tokenizer  sha256 %s", text(facts, "tokenizer_sha256"));
  }

  /// The first of these keys that has a value.
  private String text(JsonNode facts, String... keys) {
    for (String key : keys) {
      JsonNode value = facts.path(key);
      if (value.isValueNode() && !value.isNull()) {
        return value.asText();
      }
      if (value.isContainerNode()) {
        throw new RecordException(
            "%s is damaged: %s is not a text or number; calculate it again".formatted(path, key));
      }
    }
    return "unknown";
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
