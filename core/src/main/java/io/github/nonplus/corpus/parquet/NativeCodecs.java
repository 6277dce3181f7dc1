package io.github.nonplus.corpus.parquet;

import com.github.luben.zstd.util.Native;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;

/// The native libraries that decompress: where they are unpacked, and what is said if one cannot be
/// used.
final class NativeCodecs {
  private static final String REMEDY =
      "name another cache with NONPLUS_JAVA_OPTIONS=-Dnonplus.cache=DIR, or write the column anew"
          + " without compression or with gzip or lz4";

  private static boolean prepared;

  private NativeCodecs() {}

  /// Lets the libraries be unpacked in the user's cache, and not where temporary files are.
  static synchronized void prepare(Codec codec) {
    if (prepared) {
      return;
    }
    try {
      Path folder = Scratch.forLibraries();
      System.setProperty("org.xerial.snappy.tempdir", folder.toString());
      Native.load(folder.toFile());
      prepared = true;
    } catch (IOException e) {
      throw new ParquetException(
          "the library for %s cannot be unpacked into %s (%s)"
              .formatted(codec, CacheDirectory.ofUser(), Reason.of(e)),
          REMEDY,
          e);
    } catch (LinkageError e) {
      throw unusable(codec, e);
    }
  }

  /// The system does not load a library.
  static ParquetException unusable(Codec codec, LinkageError e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new ParquetException(
        "the library for %s cannot be used here (%s)".formatted(codec, reason), REMEDY, e);
  }
}
