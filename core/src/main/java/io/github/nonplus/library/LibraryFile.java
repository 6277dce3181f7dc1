package io.github.nonplus.library;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.failure.CompileException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.files.StrictJson;
import io.github.nonplus.program.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file of a model library: a line that names the format and its version, a line with the
/// SHA-256 of the rest, then the library as JSON. A damaged file is refused, never trusted.
public final class LibraryFile {
  static final String MAGIC = "nonplus-model-library 4\n";
  private static final int DIGEST_LINE = 65;

  /// Far more than the program of any published model takes.
  private static final long LARGEST = 256L << 20;

  private static final ObjectMapper JSON = StrictJson.mapper();

  private LibraryFile() {}

  /// Whether the file claims to be a model library.
  public static boolean isLibrary(Path path) {
    try (var in = InputFile.stream(path)) {
      byte[] start = in.readNBytes(MAGIC.indexOf(' '));
      return new String(start, StandardCharsets.ISO_8859_1).equals(MAGIC.substring(0, start.length))
          && start.length > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// Writes the library as a whole or not at all.
  public static void write(Path path, ModelLibrary library) {
    byte[] json = IndentedJson.of(JSON, library).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(
        path,
        out -> {
          out.write(MAGIC.getBytes(StandardCharsets.US_ASCII));
          out.write((Sha256.of(json) + "\n").getBytes(StandardCharsets.US_ASCII));
          out.write(json);
        });
  }

  /// SHA-256 of a program: equal for equal programs, whatever file they come from.
  public static String digest(Program program) {
    try {
      return Sha256.of(JSON.writeValueAsBytes(program));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Reads and checks a library.
  public static ModelLibrary read(Path path) {
    byte[] bytes = bytes(path);
    int jsonAt = MAGIC.length() + DIGEST_LINE;
    String head = new String(bytes, 0, Math.min(jsonAt, bytes.length), StandardCharsets.ISO_8859_1);
    if (!head.startsWith(MAGIC)) {
      throw new CompileException(
          path + ": not a model library of this version of Nonplus; make one with nonplus compile");
    }
    if (bytes.length <= jsonAt || head.charAt(jsonAt - 1) != '\n') {
      throw new CompileException(path + ": the model library is cut short; compile it again");
    }
    byte[] json = java.util.Arrays.copyOfRange(bytes, jsonAt, bytes.length);
    String stated = head.substring(MAGIC.length(), jsonAt - 1);
    String found = Sha256.of(json);
    if (!found.equals(stated)) {
      throw new CompileException(
          "%s: the model library is damaged (its SHA-256 is %s, it says %s); compile it again"
              .formatted(path, found, stated));
    }
    try {
      ModelLibrary library = JSON.readValue(json, ModelLibrary.class);
      if (library == null) {
        throw new CompileException(path + ": the model library is empty; compile it again");
      }
      return library;
    } catch (JsonProcessingException e) {
      throw new CompileException(
          "%s: the model library cannot be understood (%s); compile it again"
              .formatted(path, StrictJson.reason(e)),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of bytes in memory
    }
  }

  private static byte[] bytes(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new CompileException(
            path
                + (Files.exists(path) ? ": is not a file" : ": there is no such file")
                + "; give the model library that nonplus compile wrote");
      }
      if (Files.size(path) > LARGEST) {
        throw new CompileException(
            "%s: %d bytes are too many for a model library".formatted(path, Files.size(path)));
      }
      return InputFile.bytes(path);
    } catch (IOException e) {
      throw new CompileException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
