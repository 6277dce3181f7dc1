package io.github.nonplus.receipt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.record.RecordContent;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.version.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The digests of a result, taken again. What is not there is said to be absent, never taken for
/// right.
public final class Receipt {
  private final Claimed facts;
  private final GivenPaths places;
  private final List<Check> checks = new ArrayList<>();

  private Receipt(ObjectNode facts, GivenPaths places) {
    this.facts = new Claimed(facts);
    this.places = places;
  }

  /// Looks at everything that the result in a file says of where it came from.
  ///
  /// @param path of a record, or of what `calculate-perplexity --json` printed
  /// @throws RecordException if it is no result, or its scores do not give its perplexity
  public static List<Check> checks(Path path, GivenPaths places) {
    return checks(path, places, Optional.empty());
  }

  /// The same, and some windows are scored anew.
  public static List<Check> checks(Path path, GivenPaths places, Optional<Rescoring> rescoring) {
    RecordContent content = RecordContent.read(path);
    ObjectNode facts = content.facts();
    if (content.scores().isEmpty() && facts.has("divergence") && !facts.has("perplexity")) {
      throw new RecordException(
          path
              + " holds a divergence without its scores, of which nothing could be recomputed;"
              + " measure it again with --record FILE");
    }
    if (!facts.path("corpus").isObject()
        || !facts.path("model").isObject()
        || !facts.path("execution").isObject()
        || !facts.path("versions").isObject()) {
      throw new RecordException(
          path
              + " is no result: it lacks one of corpus, model, execution, versions; give what"
              + " calculate-perplexity --record or --json wrote");
    }
    Receipt receipt = new Receipt(facts, places);
    receipt.scores(content, rescoring);
    receipt.files();
    receipt.sides();
    receipt.versions();
    return List.copyOf(receipt.checks);
  }

  /// A record whose scores do not give its perplexity is refused when it is read.
  private void scores(RecordContent content, Optional<Rescoring> rescoring) {
    if (content.scores().isEmpty()) {
      RecordFile.requireConsistent(content);
      perplexity(
          content.facts().path("perplexity").asText(),
          "what its mean gives, but the result does not hold the scores behind that");
      checks.add(Check.unclaimed("scores"));
      rescoring.ifPresent(each -> checks.add(each.check(content, sources())));
      return;
    }
    ResultRecord record = RecordFile.of(content);
    perplexity(Double.toString(record.perplexity()), "what the record's scores give");
    record
        .divergence()
        .map(each -> Double.toString(each.divergence().referenceToCandidate().mean()))
        .ifPresent(
            mean ->
                checks.add(
                    Check.of(
                        "divergence",
                        mean,
                        mean,
                        "what the record's windows give, and all of its numbers")));
    rescoring.ifPresent(
        each ->
            checks.addAll(
                record.divergence().isPresent()
                    ? each.comparison(record, sources())
                    : List.of(each.check(content, sources()))));
  }

  private void perplexity(String perplexity, String note) {
    checks.add(Check.of("perplexity", perplexity, perplexity, note));
  }

  private Sources sources() {
    return Sources.of(facts, places);
  }

  private void files() {
    Claimed corpus = facts.part("corpus");
    if (isRecorded()) { // the windows are in the reference
      SideReceipt.file(
          checks,
          "reference",
          facts.part("reference").text("sha256"),
          places.reference().or(() -> facts.part("reference").place("file")));
    } else {
      SideReceipt.file(
          checks,
          "windows",
          corpus.text("windows_sha256"),
          places.windows().or(() -> corpus.place("windows_file")),
          WindowsFile::digest);
    }
    SideReceipt.file(
        checks, "text", corpus.text("text_sha256"), places.text().or(() -> corpus.place("text")));
  }

  private boolean isRecorded() {
    return facts.part("reference").text("file").isPresent();
  }

  private void sides() {
    Claimed reference = facts.part("reference");
    side("", facts.part("model"), facts.part("execution"), places.model(), places.library());
    if (reference.json().isObject() && !isRecorded()) {
      side(
          "reference ",
          reference.part("model"),
          reference,
          places.reference(),
          places.referenceLibrary());
    }
  }

  private void side(
      String prefix,
      Claimed model,
      Claimed execution,
      Optional<Path> directory,
      Optional<Path> library) {
    SideReceipt.Places where = new SideReceipt.Places(directory, library);
    new SideReceipt(prefix, model, execution, where, checks).check();
  }

  private void versions() {
    Map<String, String> now = Version.ofRun();
    Claimed versions = facts.part("versions");
    now.forEach(
        (name, found) ->
            versions
                .text(name)
                .ifPresentOrElse(
                    claimed -> checks.add(Check.of(words(name), claimed, found, "of this run")),
                    () -> checks.add(Check.unclaimed(words(name)))));
  }

  private static String words(String version) {
    return version.equals("build_sha256") ? "build" : version;
  }
}
