package io.github.nonplus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SourceTree.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackageCyclesTest {
  @Test
  void aCircleOfThreeIsFoundWhole() {
    assertThat(PackageCycles.of(sources("a b", "b c", "c a d", "d e", "e x.y")))
        .isEqualTo(Set.of(Set.of("a", "b", "c")));
  }

  @Test
  void circlesThatShareNothingAreTwo() {
    assertThat(PackageCycles.of(sources("a a.b", "a.b a", "c d", "d c a")))
        .isEqualTo(Set.of(Set.of("a", "a.b"), Set.of("c", "d")));
  }

  @Test
  void oneDirectionIsNoCircle() {
    assertThat(PackageCycles.of(sources("a b c", "b c", "c"))).isEmpty();
  }

  /// A source for each line: its package, and those that it imports from.
  private static List<Source> sources(String... lines) {
    return List.of(lines).stream()
        .map(line -> line.split(" "))
        .map(
            names -> {
              StringBuilder text = new StringBuilder();
              for (int i = 1; i < names.length; i++) {
                text.append("import io.github.nonplus.%s.A;\n".formatted(names[i]));
              }
              return new Source(Path.of("A.java"), names[0], text.toString());
            })
        .toList();
  }
}
