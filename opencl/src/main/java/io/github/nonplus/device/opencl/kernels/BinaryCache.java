package io.github.nonplus.device.opencl.kernels;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Leftovers;
import io.github.nonplus.files.PrivateFolder;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// What drivers built, kept between runs: one file for each device, driver, source and options,
/// which are all in its name's digest. A file begins with the digest of what follows; one that is
/// damaged, cut short or too large is as good as none. So is a directory that cannot be written, or
/// that others can write to.
public final class BinaryCache {
  private static final String MAGIC = "nonplus-opencl-binary 1\n";
  private static final int DIGEST_LINE = 65;
  private static final long LARGEST = 64L << 20;

  private final Path directory;

  public BinaryCache(Path directory) {
    this.directory = directory;
  }

  /// The cache of this user; none for a driver that keeps one by itself. PoCL does, and when it is
  /// asked for its binaries it compiles each kernel once more, for groups of any size.
  public static Optional<BinaryCache> ofUser(DeviceFacts device) {
    if (device.platform().equals("Portable Computing Language")) {
      return Optional.empty();
    }
    Leftovers.reclaim(CacheDirectory.ofUser(), _ -> {});
    return Optional.of(new BinaryCache(CacheDirectory.ofUser()));
  }

  /// Where the binary of a kernel is kept.
  Path path(DeviceFacts device, String source, String options) {
    String key =
        String.join(
            "\0",
            device.platform(),
            device.name(),
            device.vendor(),
            device.version(),
            device.driver(),
            Sha256.of(source.getBytes(StandardCharsets.UTF_8)),
            options);
    return directory.resolve(Sha256.of(key.getBytes(StandardCharsets.UTF_8)) + ".clbin");
  }

  /// The binary, if it is there as it was written.
  Optional<byte[]> read(Path path) {
    try {
      PrivateFolder.open(directory);
      if (!Files.isRegularFile(path) || Files.size(path) > LARGEST) {
        return Optional.empty();
      }
      byte[] bytes = InputFile.bytes(path);
      int at = MAGIC.length() + DIGEST_LINE;
      if (bytes.length <= at) {
        return Optional.empty();
      }
      byte[] binary = Arrays.copyOfRange(bytes, at, bytes.length);
      String head = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
      return head.equals(MAGIC + Sha256.of(binary) + "\n") ? Optional.of(binary) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Keeps a binary.
  void write(Path path, byte[] binary) {
    try {
      PrivateFolder.open(directory);
      AtomicFile.write(
          path,
          out -> {
            out.write((MAGIC + Sha256.of(binary) + "\n").getBytes(StandardCharsets.US_ASCII));
            out.write(binary);
          });
    } catch (IOException | OutputException e) {
      // The next run builds again.
    }
  }
}
