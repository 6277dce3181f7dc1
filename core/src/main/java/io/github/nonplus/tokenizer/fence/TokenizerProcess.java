package io.github.nonplus.tokenizer.fence;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One native tokenizer in a process of its own. Whatever becomes of that process, here it is a
/// [CorpusException] of one sentence.
///
/// Requests go one after another; not for several threads at once.
public final class TokenizerProcess implements AutoCloseable {
  private static final int SECONDS_TO_END = 10;
  private static final int MOST_WORDS = 300;

  private final Process process;
  private final NativeLibrary library;
  private final Watch watch;
  private final Thread watching;
  private final Pipes pipes;
  private final Bound smallest;
  private Bound bound;
  private boolean unpacked;
  private String file = "the tokenizer";
  private String ended;

  private TokenizerProcess(Process process, NativeLibrary library, Bound smallest) {
    this.process = process;
    this.library = library;
    this.smallest = smallest;
    this.bound = smallest;
    this.watch = new Watch(process);
    this.watching = Thread.ofPlatform().daemon().name("tokenizer watch").start(watch);
    this.pipes = new Pipes(process);
  }

  /// Starts the process, and does not wait for it: it takes a tenth of a second to be ready.
  ///
  /// @throws CorpusException if there is no Java to start, or no library for this system
  public static TokenizerProcess start() {
    return start(Bound.SMALLEST);
  }

  /// The same with less patience.
  ///
  /// @param patience how long the smallest request may take
  public static TokenizerProcess start(Duration patience) {
    return start(new Bound(patience, Bound.SMALLEST.memory()));
  }

  static TokenizerProcess start(Bound smallest) {
    NativeLibrary library = NativeLibrary.ofThisSystem();
    try {
      Process process = JavaCommand.server(library.file()).start();
      return new TokenizerProcess(process, library, smallest);
    } catch (IOException e) {
      throw new CorpusException(
          ("tokenizers run in a process of their own, which cannot be started: %s; let the system"
                  + " have room for one more process")
              .formatted(Reason.of(e)),
          e);
    }
  }

  /// What a reply holds behind its first byte.
  private interface Content<T> {
    T read(DataInputStream in) throws IOException;
  }

  /// Loads a tokenizer, in the place of the one before.
  ///
  /// @param name names the file in messages
  /// @param json the file
  /// @throws CorpusException if the library refuses it, cannot be loaded itself, or ends
  public void load(String name, byte[] json) {
    file = name;
    bound = smallest.forFile(json.length);
    if (!unpacked) { // now, while the process gets ready; it loads the library with its first file
      library.unpack();
      unpacked = true;
    }
    ask(Wire.LOAD, json, bound, "read the file", in -> null);
  }

  /// The ids of `text`, each of 32 bits without a sign.
  ///
  /// @param special whether the tokenizer's special tokens are added
  /// @throws CorpusException if the text is not Unicode, or the library refuses it or ends
  public int[] encode(String text, boolean special) {
    byte[] bytes = utf8(text);
    return ask(
        special ? Wire.ENCODE_SPECIAL : Wire.ENCODE,
        bytes,
        bound.forText(bytes.length),
        "tokenized a text of %d bytes".formatted(bytes.length),
        Wire::readIds);
  }

  /// The text that `ids` stand for, special tokens included.
  ///
  /// @throws CorpusException if the library refuses or ends
  public String decode(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Integer.BYTES, ids.length));
    bytes.asIntBuffer().put(ids);
    return ask(
        Wire.DECODE,
        bytes.array(),
        bound.forText(bytes.capacity()),
        "made a text of %d ids".formatted(ids.length),
        in -> new String(Wire.readBytes(in), StandardCharsets.UTF_8));
  }

  private static byte[] utf8(String text) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] result = new byte[bytes.remaining()];
      bytes.get(result);
      return result;
    } catch (CharacterCodingException e) {
      throw new CorpusException(
          "the text holds half of a surrogate pair; it is not Unicode text", e);
    }
  }

  private <T> T ask(byte request, byte[] body, Bound most, String what, Content<T> content) {
    if (ended != null) {
      throw new CorpusException(ended);
    }
    watch.begin(most);
    try {
      return pipes.exchange(
          (requests, replies) -> {
            requests.writeByte(request);
            requests.writeInt(request == Wire.DECODE ? body.length / Integer.BYTES : body.length);
            requests.write(body);
            requests.flush();
            return reply(request, replies, content);
          });
    } catch (IOException e) {
      ended = lastWords(what);
      throw new CorpusException(ended, e);
    } finally {
      watch.end();
    }
  }

  private <T> T reply(byte request, DataInputStream replies, Content<T> content)
      throws IOException {
    byte status = replies.readByte();
    if (status == Wire.DONE) {
      return content.read(replies);
    }
    if (status != Wire.REFUSED && status != Wire.UNLOADED) {
      throw new IOException("no such status: " + status);
    }
    String words = shortened(new String(Wire.readBytes(replies), StandardCharsets.UTF_8));
    if (status == Wire.UNLOADED) {
      throw new CorpusException(
          "the tokenizer's native library cannot be loaded from %s: %s; %s, or tokenize on another machine"
              .formatted(library.file(), words, remedy(words)));
    }
    throw new CorpusException(
        request == Wire.LOAD
            ? "%s is not a tokenizer that can be used: %s; get the model's tokenizer files anew"
                .formatted(file, words)
            : "the text cannot be tokenized: " + words);
  }

  /// What helps where a library cannot be loaded: one that it needs, or another folder.
  static String remedy(String words) {
    return words.contains("cannot open shared object file")
        ? "install the library that it names (libstdc++.so.6 is in Debian's libstdc++6)"
        : "let the property nonplus.cache name a folder from which libraries may be loaded";
  }

  private String lastWords(String what) {
    return "%s: the native tokenizer %s while it %s; get the model's tokenizer files anew"
        .formatted(file, ending(), what);
  }

  /// Why there is no reply.
  private String ending() {
    int code = -1;
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      code = process.waitFor();
      watching.join();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    int status = code;
    return watch.verdict().orElseGet(() -> "ended (status %d%s)".formatted(status, panic()));
  }

  /// What the library said last: Rust names a place, and what is wrong on the line after it.
  private String panic() {
    String[] lines = watch.words().strip().split("\\R");
    String last = lines[lines.length - 1];
    for (int i = 0; i + 1 < lines.length; i++) {
      if (lines[i].contains("panicked at")) {
        last = lines[i + 1];
        break;
      }
    }
    return last.isBlank() ? "" : ": " + shortened(last.strip());
  }

  private static String shortened(String words) {
    return words.length() <= MOST_WORDS ? words : words.substring(0, MOST_WORDS) + " …";
  }

  /// Whether it failed and takes no more requests.
  public boolean hasEnded() {
    return ended != null;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /// Lets the process end.
  @Override
  public void close() {
    pipes.close();
  }
}
