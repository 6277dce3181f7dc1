package io.github.nonplus.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What processes left in a folder that were killed before they could clean up: half-made files and
/// folders are removed; a folder whose replacement was under way is replaced. What belongs to a
/// process that lives, or to another user, is left alone.
public final class Leftovers {
  private final Path folder;
  private final Consumer<String> note;

  private Leftovers(Path folder, Consumer<String> note) {
    this.folder = folder;
    this.note = note;
  }

  /// Looks through `folder`, not through those in it; it need not exist.
  ///
  /// @param note is told of each, in a sentence
  public static void reclaim(Path folder, Consumer<String> note) {
    TreeSet<String> tokens = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".nonplus-*")) {
      files.forEach(file -> Claim.token(file).ifPresent(tokens::add));
    } catch (IOException | DirectoryIteratorException e) {
      return; // what is wrong with the folder is said where it is used
    }
    for (String token : tokens) {
      new Leftovers(folder, note).reclaim(token);
    }
  }

  private void reclaim(String token) {
    try {
      Interruption.undisturbed(
          () -> {
            Optional<Claim> abandoned = Claim.abandoned(folder, token);
            if (abandoned.isPresent()) {
              try (Claim claim = abandoned.get()) {
                settle(claim);
              }
            }
            return null;
          });
    } catch (AccessDeniedException e) {
      // another user's
    } catch (IOException e) {
      note.accept(
          "What an interrupted run left in %s cannot be removed (%s); remove .nonplus-%s.* there."
              .formatted(folder, Reason.of(e), token));
    }
  }

  private void settle(Claim claim) throws IOException {
    Optional<Path> target = claim.what().map(folder::resolve);
    if (exists(claim.earlier())) {
      if (target.isEmpty()) {
        note.accept(
            "An interrupted run left %s, of which it is not known what it was; move or remove it."
                .formatted(claim.earlier()));
        return;
      }
      if (!exists(target.get())) {
        // Only a folder that was complete began to replace another one.
        Path whole = exists(claim.partial()) ? claim.partial() : claim.earlier();
        DirectoryEntry.move(whole, target.get());
        Tree.forceFolder(folder);
        note.accept(
            "Finished what an interrupted run began: %s is whole, and in its place."
                .formatted(target.get()));
      }
    }
    boolean half = exists(claim.partial());
    Tree.delete(claim.partial());
    Tree.delete(claim.earlier());
    if (half) {
      note.accept(
          "Removed what an interrupted run left of %s."
              .formatted(target.map(Path::toString).orElse("a file in " + folder)));
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
