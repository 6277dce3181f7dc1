package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.journal.FinishedWindow;
import io.github.nonplus.journal.Journal;
import io.github.nonplus.journal.Shard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The scores of a run's windows in order: first those that its journal has, then those that the
/// device computes, each batch of which is in the journal before anybody hears of it.
///
/// @param windows of the whole run
/// @param shard which of them are wanted
final class JournaledScores {
  private final Windows windows;
  private final Shard shard;
  private final Optional<Journal> journal;
  private double seconds;

  JournaledScores(Windows windows, Shard shard, Optional<Journal> journal) {
    this.windows = windows;
    this.shard = shard;
    this.journal = journal;
    this.seconds = journal.map(each -> each.before().seconds()).orElse(0.0);
  }

  /// The first window that is wanted, counted from 0.
  int first() {
    return shard.first(windows.count());
  }

  /// The window after the last that is wanted.
  int end() {
    return shard.end(windows.count());
  }

  /// The first window that is still to be computed, counted from 0.
  int next() {
    return first() + journal.map(each -> each.before().finished().size()).orElse(0);
  }

  /// What to tell the user about a journal that was there already.
  void announce(Consumer<String> note) {
    if (journal.isEmpty() || journal.get().before().length() == 0) {
      return;
    }
    Path file = journal.get().file();
    long torn = journal.get().before().torn();
    if (torn > 0) {
      note.accept(
          "The journal %s ended in the middle of a write: its last %d bytes were cut off."
              .formatted(file, torn));
    }
    int done = next() - first();
    int wanted = end() - first();
    note.accept(
        done == wanted
            ? "All %d windows are in the journal %s: nothing is left to compute."
                .formatted(wanted, file)
            : "Going on where the journal %s ends: %d of %d windows are done."
                .formatted(file, done, wanted));
  }

  /// Hands out those that the journal has.
  void replay(Consumer<WindowScore> sink) {
    if (journal.isEmpty()) {
      return;
    }
    List<FinishedWindow> finished = journal.get().before().finished();
    for (int i = 0; i < finished.size(); i++) {
      int window = first() + i;
      int expected = windows.scored(window);
      int found = finished.get(i).nll().length;
      if (found != expected) {
        throw new JournalException(
            "%s: window %d has %d losses in the journal, expected %d; remove the file"
                .formatted(journal.get().file(), window + 1, found, expected));
      }
      int position = windows.length(window) - expected;
      if (finished.get(i).position() != position) {
        throw new JournalException(
            "%s: the losses of window %d begin at position %d in the journal, expected %d; remove the file"
                .formatted(journal.get().file(), window + 1, finished.get(i).position(), position));
      }
      sink.accept(new WindowScore(window, finished.get(i).position(), finished.get(i).nll()));
    }
  }

  /// Takes a batch that was computed.
  void add(List<WindowScore> batch, double took) {
    seconds += took;
    journal.ifPresent(
        each ->
            each.add(
                batch.getFirst().window(),
                took,
                batch.stream()
                    .map(score -> new FinishedWindow(score.first(), score.tokenNll()))
                    .toList()));
  }

  /// What all windows took, in whatever sessions.
  double seconds() {
    return seconds;
  }
}
