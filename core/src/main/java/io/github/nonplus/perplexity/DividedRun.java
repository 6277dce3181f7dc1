package io.github.nonplus.perplexity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.files.StrictJson;
import io.github.nonplus.journal.FinishedWindow;
import io.github.nonplus.journal.Journal;
import io.github.nonplus.journal.JournalContent;
import io.github.nonplus.journal.JournalHeader;
import io.github.nonplus.journal.JournalReader;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A run whose windows are computed elsewhere, part by part, by machines that an engine chooses;
/// the journals of the parts are written here, and [MergedRun] joins them.
public final class DividedRun {
  private final WindowsFile file;
  private final RunAccount account;
  private final Program program;

  private DividedRun(WindowsFile file, RunAccount account, Program program) {
    this.file = file;
    this.account = account;
    this.program = program;
  }

  /// Checks everything that a run checks before its first window.
  ///
  /// @param parts into how many it is to be divided
  /// @param note is told what the user should know, as sentences
  public static DividedRun of(
      ScoringModel model,
      ModelWeights weights,
      WindowsFile file,
      int parts,
      Consumer<String> note) {
    model.requireScorable(file);
    if (parts > file.windows().count()) {
      throw new CorpusException(
          "%s has %d windows, too few for %d parts; split it in fewer"
              .formatted(file.path(), file.windows().count(), parts));
    }
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    model.tokenizerWarning(file, origin).ifPresent(note);
    return new DividedRun(
        file, RunAccount.of(model, weights, file, origin), model.score().program());
  }

  /// The file of windows.
  public WindowsFile file() {
    return file;
  }

  /// The digest of the weights that every machine must have.
  public String weightsSha256() {
    return account.model().weightsSha256();
  }

  /// Whether a journal holds the whole of a part, as such machines compute it.
  ///
  /// @throws JournalException if it is of another run, or damaged
  public boolean isFinished(Path journal, Shard shard, MachineAccount machine) {
    JournalContent content = JournalReader.read(journal);
    JournalHeader mine = header(shard, machine);
    String difference = mine.difference(content.header().run());
    if (difference == null && !content.header().shard().equals(shard)) {
      difference = "part: %s here, %s there".formatted(shard, content.header().shard());
    }
    if (difference != null) {
      throw new JournalException(
          "%s is the journal of another run (%s); name another folder, or remove it"
              .formatted(journal, difference));
    }
    return content.isComplete();
  }

  /// Writes the journal of a part.
  ///
  /// @param journal a file that is not there yet
  /// @param seconds that its windows took
  /// @param scores of its windows, in order; their numbers are not looked at
  public void write(
      Path journal, Shard shard, MachineAccount machine, double seconds, List<WindowScore> scores) {
    JournalHeader header = header(shard, machine);
    if (scores.size() != header.end() - header.first()) {
      throw new IllegalArgumentException(
          "%d windows in part %s of %d".formatted(scores.size(), shard, header.windows()));
    }
    try (Journal written = Journal.open(journal, header)) {
      written.start(session(machine));
      written.add(
          header.first(),
          seconds,
          scores.stream()
              .map(score -> new FinishedWindow(score.first(), score.tokenNll()))
              .toList());
    }
  }

  private JournalHeader header(Shard shard, MachineAccount machine) {
    return new JournalHeader(
        file.windows().count(),
        shard,
        RunIdentity.of(account, program, machine.identity(), machine.build()),
        account.json());
  }

  private static ObjectNode session(MachineAccount machine) {
    try {
      return (ObjectNode) StrictJson.mapper().readTree(machine.session());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(machine.session(), e);
    }
  }
}
