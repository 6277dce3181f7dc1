package io.github.nonplus.files;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Files of the class path that have to lie in a folder, because a system loads no library out of a
/// jar. The folder is within a [PrivateFolder], is filled once, and holds the digests of what was
/// unpacked: what is no longer that is unpacked again.
///
/// @param folder that holds them; named after their version
/// @param resources name of each file, and where on the class path it comes from
public record UnpackedFolder(Path folder, Map<String, URL> resources) {
  private static final String DIGESTS = "SHA-256";
  private static final int PIECE = 1 << 16;

  public UnpackedFolder {
    resources = Map.copyOf(resources);
  }

  /// The folder, filled if it is not yet.
  ///
  /// @param note is told that it is filled, and why if it was filled before
  public Path open(Consumer<String> note) throws IOException {
    Leftovers.reclaim(PrivateFolder.open(folder.toAbsolutePath().getParent()), note);
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFolder.requireOwn(folder);
      if (isAsUnpacked()) {
        return folder;
      }
      note.accept(
          "What was unpacked into %s is not as it was: unpacking it again.".formatted(folder));
    } else {
      note.accept("Unpacking native libraries into %s, once.".formatted(folder));
    }
    unpack();
    return folder;
  }

  private void unpack() throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    try (WholeDirectory whole = WholeDirectory.create(folder, this::areOurs)) {
      for (Map.Entry<String, URL> resource : resources.entrySet()) {
        Path file = whole.path().resolve(resource.getKey());
        digests.put(resource.getKey(), copy(resource.getValue(), file));
      }
      ForcedFile.write(whole.path().resolve(DIGESTS), text(digests));
      whole.commit();
    }
  }

  private boolean areOurs(Set<String> names) {
    return names.stream().allMatch(name -> name.equals(DIGESTS) || resources.containsKey(name));
  }

  /// Copies, and returns the digest.
  private static String copy(URL from, Path to) throws IOException {
    Digest digest = Digest.sha256();
    try (InputStream in = from.openStream();
        ForcedFile out = ForcedFile.open(to)) {
      byte[] piece = new byte[PIECE];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        digest.add(piece, n);
        out.write(piece, 0, n);
      }
    }
    return digest.hex();
  }

  /// The form that `sha256sum --check` reads.
  private static String text(Map<String, String> digests) {
    StringBuilder text = new StringBuilder();
    digests.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> text.append(each.getValue() + "  " + each.getKey() + "\n"));
    return text.toString();
  }

  /// Asking for a length opens a file, which has to be closed again.
  private static long length(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    try (InputStream _ = connection.getInputStream()) {
      return connection.getContentLengthLong();
    }
  }

  private boolean isAsUnpacked() {
    try {
      Map<String, String> digests = new LinkedHashMap<>();
      for (Map.Entry<String, URL> resource : resources.entrySet()) {
        Path file = folder.resolve(resource.getKey());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            || Files.size(file) != length(resource.getValue())) {
          return false;
        }
        digests.put(resource.getKey(), Sha256.of(file));
      }
      byte[] expected = text(digests).getBytes(StandardCharsets.UTF_8);
      Path stated = folder.resolve(DIGESTS);
      return Files.isRegularFile(stated, LinkOption.NOFOLLOW_LINKS)
          && Files.size(stated) == expected.length
          && java.util.Arrays.equals(expected, InputFile.bytes(stated));
    } catch (IOException e) {
      return false;
    }
  }
}
