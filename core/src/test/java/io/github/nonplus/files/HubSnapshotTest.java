package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folders of a Hugging Face cache.
class HubSnapshotTest {
  @TempDir Path cache;
  private Path model;

  @BeforeEach
  void prepare() throws IOException {
    model = Files.createDirectories(cache.resolve("models--owner--name"));
    Files.createDirectories(model.resolve("snapshots"));
  }

  private Path snapshot(String revision) throws IOException {
    return Files.createDirectories(model.resolve("snapshots").resolve(revision));
  }

  private void main(String revision) throws IOException {
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), revision);
  }

  @Test
  void theFolderOfAModelIsTheSnapshotThatIsInUse() throws IOException {
    snapshot("aaa");
    Path used = snapshot("bbb");
    main("bbb\n");
    assertThat(HubSnapshot.of(model)).isEqualTo(used);
    assertThat(HubSnapshot.of(model.resolve("snapshots"))).isEqualTo(used);
    assertThat(HubSnapshot.of(model.resolve("snapshots/aaa")))
        .isEqualTo(model.resolve("snapshots/aaa"));
  }

  @Test
  void theOnlySnapshotNeedsNoName() throws IOException {
    Path only = snapshot("aaa");
    assertThat(HubSnapshot.of(model)).isEqualTo(only);
  }

  @Test
  void severalSnapshotsWithoutANameAreRefused() throws IOException {
    snapshot("aaa");
    snapshot("bbb");
    assertThatThrownBy(() -> HubSnapshot.of(model))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("2 snapshots", "give one of them, such as", "aaa");
  }

  @Test
  void aSnapshotThatIsNamedButAbsentIsRefused() throws IOException {
    snapshot("aaa");
    main("ccc");
    assertThatThrownBy(() -> HubSnapshot.of(model))
        .hasMessageContainingAll(Path.of("refs/main") + " names the snapshot ccc, which is not in");
  }

  @Test
  void aNameThatLeadsElsewhereIsNoSnapshot() throws IOException {
    snapshot("aaa");
    main("../../other");
    assertThatThrownBy(() -> HubSnapshot.of(model)).hasMessageContaining("which is not in");
  }

  @Test
  void noSnapshotAtAllIsRefused() {
    assertThatThrownBy(() -> HubSnapshot.of(model)).hasMessageContaining("holds no snapshot");
  }

  @Test
  void otherPathsStayAsTheyAre() {
    for (Path path : new Path[] {cache, cache.resolve("nowhere"), Path.of("x")}) {
      assertThat(HubSnapshot.of(path)).isEqualTo(path);
    }
  }
}
