package io.github.nonplus.divergence;

import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.perplexity.Evaluation;

/// The windows of a file, batched as an evaluation batches them.
record WindowBatches(WindowsFile file, Evaluation evaluation) implements Batches {
  @Override
  public int windows() {
    return file.windows().count();
  }

  @Override
  public long ids() {
    return file.windows().ids();
  }

  @Override
  public SideProvider.Room room() {
    return new SideProvider.Room(
        evaluation.largestBatch(),
        file.windows().longestFed(),
        file.windows().largestId(),
        file.path().toString());
  }

  @Override
  public void forEach(Sink sink) {
    evaluation.batches((batch, start) -> sink.accept(start, batch));
  }
}
