package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SymbolicLink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that is gone holds no lock, so its files are simply written here.
class LeftoversTest {
  private static final String DEAD = ".nonplus-00c0ffee00c0ffee";

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void aHalfMadeFileOfAProcessThatIsGoneIsRemoved() throws IOException {
    claim("part.tsv");
    Files.writeString(partial(), "half");
    Files.writeString(folder.resolve("part.tsv"), "older");
    reclaim();
    assertThat(names()).containsExactly("part.tsv");
    assertThat(folder.resolve("part.tsv")).hasContent("older");
    assertThat(notes)
        .containsExactly(
            "Removed what an interrupted run left of %s.".formatted(folder.resolve("part.tsv")));
  }

  @Test
  void aHalfMadeFolderIsRemovedWithoutFollowingLinks() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("thesis.txt"), "years of work");
    claim("weights");
    Files.createDirectories(partial().resolve("deeper"));
    SymbolicLink.make(partial().resolve("deeper/link"), elsewhere);
    reclaim();
    assertThat(names()).containsExactly("elsewhere");
    assertThat(elsewhere.resolve("thesis.txt")).exists();
  }

  @Test
  void whatALockWasLostOfInALossOfPowerIsRemoved() throws IOException {
    Files.writeString(partial(), "half");
    reclaim();
    assertThat(names()).isEmpty();
    assertThat(notes)
        .containsExactly("Removed what an interrupted run left of a file in %s.".formatted(folder));
  }

  @Test
  void aLockAloneGoesWithoutAWord() throws IOException {
    claim("part.tsv");
    reclaim();
    assertThat(names()).isEmpty();
    assertThat(notes).isEmpty();
  }

  @Test
  void whatThisProcessMakesStays() throws IOException {
    Path target = folder.resolve("f");
    try (FileDraft draft = FileDraft.of(target);
        WholeDirectory directory = WholeDirectory.create(folder.resolve("d"), Set::isEmpty)) {
      draft.write(out -> out.write('n'));
      ForcedFile.write(directory.path().resolve("g"), "n");
      reclaim();
      draft.commit();
      directory.commit();
    }
    assertThat(names()).containsExactly("d", "f");
    assertThat(folder.resolve("d/g")).hasContent("n");
    assertThat(notes).isEmpty();
  }

  @Test
  void aReplacementThatStoppedBetweenItsTwoMovesIsFinished() throws IOException {
    claim("weights");
    Files.writeString(Files.createDirectory(partial()).resolve("w"), "new");
    Files.writeString(Files.createDirectory(earlier()).resolve("w"), "old");
    reclaim();
    assertThat(names()).containsExactly("weights");
    assertThat(folder.resolve("weights/w")).hasContent("new");
    assertThat(notes)
        .containsExactly(
            "Finished what an interrupted run began: %s is whole, and in its place."
                .formatted(folder.resolve("weights")));
  }

  @Test
  void aReplacementThatOnlyHadToTidyUpIsFinishedWithoutAWord() throws IOException {
    claim("weights");
    Files.writeString(Files.createDirectory(folder.resolve("weights")).resolve("w"), "new");
    Files.writeString(Files.createDirectory(earlier()).resolve("w"), "old");
    reclaim();
    assertThat(names()).containsExactly("weights");
    assertThat(folder.resolve("weights/w")).hasContent("new");
    assertThat(notes).isEmpty();
  }

  @Test
  void anEarlierFolderWhoseSuccessorIsLostComesBack() throws IOException {
    claim("weights");
    Files.writeString(Files.createDirectory(earlier()).resolve("w"), "old");
    reclaim();
    assertThat(names()).containsExactly("weights");
    assertThat(folder.resolve("weights/w")).hasContent("old");
  }

  @Test
  void aLockThatNamesNoFileBesideItMovesNothing() throws IOException {
    for (String hostile :
        List.of("../out", "..", ".", "a/b", "a\\b", "\u001b[2J", "", "no line feed")) {
      Files.writeString(
          folder.resolve(DEAD + ".lock"), hostile + (hostile.equals("no line feed") ? "" : "\n"));
      Files.createDirectories(earlier());
      reclaim();
      assertThat(earlier()).as(hostile).exists();
      assertThat(notes).as(hostile).singleElement().asString().contains("it is not known what");
      notes.clear();
    }
  }

  @Test
  void otherHiddenFilesAreNobodysBusiness() throws IOException {
    List<String> others =
        List.of(".nonplus-00c0ffee.partial", ".nonplus-00C0FFEE00C0FFEE.partial", ".x.partial");
    for (String other : others) {
      Files.writeString(folder.resolve(other), "");
    }
    reclaim();
    assertThat(names()).containsExactlyInAnyOrderElementsOf(others);
  }

  @Test
  void aFolderForTemporaryFilesIsGoneWhenItIsClosed() throws IOException {
    Path file;
    try (Scratch scratch = Scratch.open()) {
      file = scratch.copy(new ByteArrayInputStream(new byte[] {1, 2}), "f");
      assertThat(file).hasBinaryContent(new byte[] {1, 2});
    }
    assertThat(file.getParent()).doesNotExist();
  }

  private void claim(String what) throws IOException {
    Files.writeString(folder.resolve(DEAD + ".lock"), what + "\n");
  }

  private Path partial() {
    return folder.resolve(DEAD + ".partial");
  }

  private Path earlier() {
    return folder.resolve(DEAD + ".earlier");
  }

  private void reclaim() {
    Leftovers.reclaim(folder, notes::add);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
