package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.journal.FinishedWindow;
import io.github.nonplus.journal.JournalContent;
import io.github.nonplus.journal.JournalHeader;
import io.github.nonplus.journal.JournalReader;
import io.github.nonplus.tokenizer.TokenizerFiles;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The result of a run from the journals of its parts, to the bits of a run in one piece: scores
/// are added up in the order of windows, whoever computed them.
public final class MergedRun {
  /// Journals by part.
  private final Map<Integer, Part> parts = new TreeMap<>();

  private record Part(Path file, JournalContent content) {
    JournalHeader header() {
      return content.header();
    }
  }

  private MergedRun(List<Path> files) {
    Part first = null;
    for (Path file : files) {
      Part part = new Part(file, JournalReader.read(file));
      first = first == null ? part : first;
      refuseOther(first, part);
      Part same = parts.put(part.header().shard().index(), part);
      if (same != null) {
        throw new JournalException(
            "%s and %s both hold part %s; give each part once"
                .formatted(same.file(), file, part.header().shard()));
      }
    }
  }

  /// Reads the journals of all parts of a run, in any order.
  ///
  /// @param journals at least one
  /// @throws JournalException if one is damaged, of another run, missing or not complete
  public static MergedRun of(List<Path> journals) {
    MergedRun merged = new MergedRun(journals);
    merged.requireAll();
    return merged;
  }

  private static void refuseOther(Part first, Part part) {
    String difference = first.header().difference(part.header().run());
    if (difference != null) {
      throw new JournalException(
          "%s is of another run than %s (%s); give journals of one run"
              .formatted(first.file(), part.file(), difference));
    }
    if (first.header().windows() != part.header().windows()
        || first.header().shard().of() != part.header().shard().of()) {
      throw new JournalException(
          "%s is part %s of %d windows, but %s is part %s of %d; give parts of one division"
              .formatted(
                  first.file(),
                  first.header().shard(),
                  first.header().windows(),
                  part.file(),
                  part.header().shard(),
                  part.header().windows()));
    }
  }

  private void requireAll() {
    int of = parts.values().iterator().next().header().shard().of();
    for (int i = 1; i <= of; i++) {
      Part part = parts.get(i);
      if (part == null) {
        throw new JournalException(
            "part %d/%d is missing; give its journal as well".formatted(i, of));
      }
      if (!part.content().isComplete()) {
        throw new JournalException(
            "%s holds %d of the %d windows of part %d/%d; run that part again to finish it"
                .formatted(
                    part.file(),
                    part.content().finished().size(),
                    part.header().end() - part.header().first(),
                    i,
                    of));
      }
    }
  }

  /// Joins them.
  public Result result(PerplexityRun.Listener listener) {
    RunAccount account = account();
    RunTally tally = account.tally();
    List<Session> sessions = new ArrayList<>();
    double seconds = 0;
    for (Part part : parts.values()) {
      sessions.addAll(Session.of(part.content(), part.file()));
      seconds += part.content().seconds();
      int window = part.header().first();
      for (FinishedWindow finished : part.content().finished()) {
        if (finished.nll().length == 0 || finished.position() < 1) {
          throw new JournalException(
              "%s: window %d has %d losses from position %d on, expected some from 1 on; run the part again"
                  .formatted(part.file(), window + 1, finished.nll().length, finished.position()));
        }
        WindowScore score = new WindowScore(window++, finished.position(), finished.nll());
        tally.add(score);
        listener.window(score, tally.all(), part.header().windows());
      }
    }
    if (sessions.isEmpty()) {
      throw new JournalException("the journals do not say who wrote them; run the parts again");
    }
    account.overflow(tally.all()).ifPresent(listener::note);
    Result result = account.result(tally, sessions, seconds, null, null);
    listener.result(result);
    return result;
  }

  /// The file of the windows that were scored.
  ///
  /// @param given where it is, if not where whoever computed the first part had it
  /// @throws JournalException if it is not there, or another
  public Path windows(Optional<Path> given) {
    Result.Corpus corpus = account().corpus();
    Path file = given.orElseGet(() -> place(corpus.windowsFile(), "--input-path"));
    requireDigest("windows", file, corpus.windowsSha256(), "--input-path", WindowsFile::digest);
    return file;
  }

  /// The directory with the tokenizer that the model had, if it had one.
  ///
  /// @param given likewise
  /// @throws JournalException if it is not there, or another
  public Path tokenizer(Optional<Path> given) {
    Result.ModelAccount model = account().model();
    Path directory = given.orElseGet(() -> place(model.path(), "--model"));
    if (model.tokenizerSha256() != null) {
      TokenizerFiles files = TokenizerFiles.of(directory);
      String expected = model.tokenizerSha256();
      files
          .digest()
          .ifPresentOrElse(
              found -> requireSame("tokenizer", files.path(), found, expected, "--model"),
              () -> requireDigest("tokenizer", files.path(), expected, "--model", Sha256::of));
    }
    return directory;
  }

  private static Path place(String path, String option) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) { // journals may come from other systems, or from strangers
      throw new JournalException(
          "the journals name '%s', which is no path here; say where with %s"
              .formatted(path, option),
          e);
    }
  }

  private static void requireDigest(
      String what, Path file, String expected, String option, Sha256.OfFile digest) {
    String found;
    try {
      found = digest.of(file);
    } catch (IOException e) {
      throw new JournalException(
          "a record needs the %s of the run, but %s cannot be read (%s); say where with %s"
              .formatted(what, file, Reason.of(e), option),
          e);
    }
    requireSame(what, file, found, expected, option);
  }

  private static void requireSame(
      String what, Path file, String found, String expected, String option) {
    if (!found.equals(expected)) {
      throw new JournalException(
          "the journals are of the %s of sha256 %s, but %s has %s; name the right one with %s"
              .formatted(what, expected, file, found, option));
    }
  }

  private RunAccount account() {
    Part first = parts.values().iterator().next();
    return RunAccount.read(first.header().account(), RunAccount.class, first.file());
  }
}
