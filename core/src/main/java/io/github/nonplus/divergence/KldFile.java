package io.github.nonplus.divergence;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/// llama.cpp's file of what a model said (`llama-perplexity --kl-divergence-base FILE`): the token
/// ids of chunks, and the logarithms of probabilities after each token of a chunk's second half, in
/// 16 bits each. It is read row by row; what lies in memory is one row.
///
/// | bytes | what |
/// | --- | --- |
/// | 8 | `_logits_` |
/// | 4, 4, 4 | tokens of a chunk n, vocabulary v, chunks c |
/// | 4 · n · c | token ids |
/// | 2 · (4 + v, rounded up to an even number), for each scored token | float32 scale, float32 least, then v codes of 16 bits: ln p = scale · code + least |
///
/// Everything is little-endian. Scored are tokens n/2 + 1 to n − 1 of a chunk (counted from 0, n/2
/// rounded down). A logarithm more than 16 below its row's largest was raised to that.
///
/// Written from a reading of llama.cpp's `tools/perplexity/perplexity.cpp`.
public final class KldFile implements LogitsSource {
  private static final byte[] MAGIC = "_logits_".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + 3 * Integer.BYTES;
  private static final int FIRST_CODE = 2 * Float.BYTES;

  /// A chunk with fewer tokens has no row.
  private static final int SHORTEST_CHUNK = 3;

  /// Beyond any context and any vocabulary, so that a row and a chunk stay small whatever the file
  /// says.
  private static final int MOST = 1 << 24;

  /// No probability is above 1, but the sum that a row was divided by was rounded.
  private static final float GREATEST = 1e-3f;

  private final Path path;
  private final FileChannel channel;
  private final int chunkTokens;
  private final int vocabulary;
  private final int chunks;
  private final ByteBuffer row;
  private final String sha256;
  private final int largestId;
  private OptionalInt first = OptionalInt.empty();
  private Batch given;
  private Batch batch;
  private int givenChunk;
  private int batchChunk;

  /// What the file was, for results.
  ///
  /// @param file its path
  /// @param clip the least logarithm of a probability that it tells
  /// @param firstId that the first id of each chunk was replaced by, null if none was
  public record Account(
      String file,
      String sha256,
      int chunkTokens,
      int vocabulary,
      int chunks,
      double clip,
      Integer firstId)
      implements ReferenceAccount {}

  private KldFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    long size = channel.size();
    if (size < HEADER) {
      throw damaged("%d bytes are too few for a header of %d".formatted(size, HEADER));
    }
    ByteBuffer header = read(0, buffer(HEADER));
    byte[] magic = new byte[MAGIC.length];
    header.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw damaged("it does not begin with _logits_");
    }
    chunkTokens = header.getInt();
    vocabulary = header.getInt();
    chunks = header.getInt();
    if (chunkTokens < SHORTEST_CHUNK
        || chunkTokens > MOST
        || vocabulary < 1
        || vocabulary > MOST
        || chunks < 1) {
      throw damaged(
          "its header says %d chunks of %d tokens and a vocabulary of %d"
              .formatted(chunks, chunkTokens, vocabulary));
    }
    requireSize(size);
    row = buffer((int) rowBytes());
    largestId = requireIds();
    sha256 = Sha256.of(path);
  }

  /// Whether a file claims to be one: it begins with `_logits_`.
  public static boolean looksLikeOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (var in = InputFile.stream(path)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    } catch (IOException e) {
      return false; // why it cannot be read is said by whoever reads it
    }
  }

  /// Opens and checks all of it but the rows.
  ///
  /// @throws CorpusException naming the file and what is wrong
  public static KldFile open(Path path) {
    FileChannel channel = null;
    try {
      channel = InputFile.channel(path);
      return new KldFile(path, channel);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new CorpusException(
          "%s, llama.cpp's file of log-probabilities, cannot be read: %s"
              .formatted(path, Reason.of(e)),
          e);
    } catch (RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // another failure is on its way
    }
  }

  private void requireSize(long size) {
    // Less than 2^31 · 2^24 · 2^26, which could exceed a long.
    long rows = chunks * rowsOfAChunk();
    long expected =
        rows > Long.MAX_VALUE / 2 / rowBytes() ? Long.MAX_VALUE : rowsAt() + rows * rowBytes();
    if (size != expected) {
      throw damaged(
          "%d chunks of %d tokens and a vocabulary of %d need %d bytes, but there are %d"
              .formatted(chunks, chunkTokens, vocabulary, expected, size));
    }
  }

  private int requireIds() throws IOException {
    int largest = 0;
    for (int chunk = 0; chunk < chunks; chunk++) {
      for (int id : ids(chunk)) {
        if (id < 0 || id >= vocabulary) {
          throw damaged(
              "chunk %d holds the id %d, but the vocabulary ends at %d"
                  .formatted(chunk + 1, id, vocabulary - 1));
        }
        largest = Math.max(largest, id);
      }
    }
    return largest;
  }

  private CorpusException damaged(String what) {
    return new CorpusException(
        "%s is no whole file of log-probabilities: %s; make it again with llama-perplexity"
                .formatted(path, what)
            + " --kl-divergence-base");
  }

  /// From now on the first id of each chunk is `id`, whatever the file says: llama.cpp begins each
  /// chunk so where the vocabulary adds a token at the beginning, and keeps the text's own id in
  /// the file.
  public void beginWith(int id) {
    first = OptionalInt.of(id);
  }

  /// Number of chunks.
  public int chunks() {
    return chunks;
  }

  /// Ids of a chunk.
  public int chunkTokens() {
    return chunkTokens;
  }

  /// The largest id of all chunks.
  public int largestId() {
    return Math.max(largestId, first.orElse(0));
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  /// What it is, for results.
  public Account account() {
    return new Account(
        path.toString(),
        sha256,
        chunkTokens,
        vocabulary,
        chunks,
        ClippedComparison.CLIP,
        first.isPresent() ? first.getAsInt() : null);
  }

  /// All chunks as windows.
  public Windows windows() {
    int[][] all = new int[chunks][];
    for (int chunk = 0; chunk < chunks; chunk++) {
      all[chunk] = chunkIds(chunk);
      if (first.isPresent()) {
        all[chunk][0] = first.getAsInt();
      }
    }
    return Windows.scoring((int) rowsOfAChunk(), all);
  }

  /// Chunks `from` to `to` as a batch, each a window of which the second half is scored. Only the
  /// last batch that was given can be begun.
  public Batch batch(int from, int to) {
    java.util.Objects.checkFromToIndex(from, to, chunks);
    int rows = (int) rowsOfAChunk();
    int[] all = new int[Math.multiplyExact(to - from, chunkTokens)];
    int[] starts = new int[to - from + 1];
    int[] selected = new int[(to - from) * rows];
    int[] targets = new int[selected.length];
    for (int chunk = 0; chunk < to - from; chunk++) {
      int at = chunk * chunkTokens;
      System.arraycopy(chunkIds(from + chunk), 0, all, at, chunkTokens);
      for (int r = 0; r < rows; r++) {
        selected[chunk * rows + r] = at + chunkTokens / 2 + r;
        targets[chunk * rows + r] = all[at + chunkTokens / 2 + r + 1];
      }
      if (first.isPresent()) {
        all[at] = first.getAsInt();
      }
      starts[chunk + 1] = at + chunkTokens;
    }
    given = new Batch(all, starts, selected, targets);
    givenChunk = from;
    return given;
  }

  @Override
  public void begin(Batch next) {
    if (next != given) {
      throw new IllegalArgumentException("a batch that this file did not give");
    }
    batch = next;
    batchChunk = givenChunk;
  }

  /// Natural logarithms of probabilities, which are logits too.
  @Override
  public void logits(int from, int to, float[] into) {
    LogitsSource.requireRange(batch, from, to, vocabulary, into);
    for (int r = from; r < to; r++) {
      long index = batchChunk * rowsOfAChunk() + r;
      try {
        decode(read(rowsAt() + index * rowBytes(), row), index, into, (r - from) * vocabulary);
      } catch (IOException e) {
        throw new CorpusException("%s cannot be read further: %s".formatted(path, Reason.of(e)), e);
      }
    }
  }

  private void decode(ByteBuffer bytes, long index, float[] into, int at) {
    float scale = bytes.getFloat(0);
    float least = bytes.getFloat(Float.BYTES);
    float greatest = least + scale * 0xffff;
    if (!(scale >= 0) || !Float.isFinite(greatest) || greatest > GREATEST) {
      throw damaged(
          "row %d of chunk %d goes from %s to %s, expected logarithms of probabilities"
              .formatted(index % rowsOfAChunk() + 1, index / rowsOfAChunk() + 1, least, greatest));
    }
    for (int i = 0; i < vocabulary; i++) {
      int code = Short.toUnsignedInt(bytes.getShort(FIRST_CODE + Short.BYTES * i));
      into[at + i] = scale * code + least;
    }
  }

  private int[] chunkIds(int chunk) {
    try {
      return ids(chunk);
    } catch (IOException e) {
      throw new CorpusException("%s cannot be read further: %s".formatted(path, Reason.of(e)), e);
    }
  }

  private int[] ids(int chunk) throws IOException {
    int[] ids = new int[chunkTokens];
    long at = HEADER + (long) Integer.BYTES * chunkTokens * chunk;
    read(at, buffer(Integer.BYTES * chunkTokens)).asIntBuffer().get(ids);
    return ids;
  }

  private long rowsOfAChunk() {
    return chunkTokens - 1 - chunkTokens / 2;
  }

  private long rowsAt() {
    return HEADER + (long) Integer.BYTES * chunkTokens * chunks;
  }

  private long rowBytes() {
    return FIRST_CODE + Short.BYTES * (vocabulary + vocabulary % 2L);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Fills `buffer` with what lies at `position`.
  private ByteBuffer read(long position, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it became shorter");
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
