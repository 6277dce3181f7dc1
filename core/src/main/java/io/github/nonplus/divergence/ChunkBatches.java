package io.github.nonplus.divergence;

/// The chunks of llama.cpp's file, some of them a batch.
record ChunkBatches(KldFile file, int chunksPerBatch) implements Batches {
  /// As many as fit `tokens`, but one at least.
  static ChunkBatches ofTokens(KldFile file, int tokens) {
    return new ChunkBatches(file, Math.max(1, tokens / file.chunkTokens()));
  }

  @Override
  public int windows() {
    return file.chunks();
  }

  @Override
  public long ids() {
    return (long) file.chunks() * file.chunkTokens();
  }

  @Override
  public SideProvider.Room room() {
    int chunks = Math.min(chunksPerBatch, file.chunks());
    return new SideProvider.Room(
        Math.multiplyExact(chunks, file.chunkTokens()),
        file.chunkTokens(),
        file.largestId(),
        file.account().file());
  }

  @Override
  public void forEach(Sink sink) {
    for (int from = 0; from < file.chunks(); from += chunksPerBatch) {
      sink.accept(from, file.batch(from, Math.min(file.chunks(), from + chunksPerBatch)));
    }
  }
}
