package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
  private static final Path HOME = Path.of("home");
  private static final Map<String, String> LOCAL = Map.of("LOCALAPPDATA", "local", "OTHER", "x");
  private static final Map<String, String> XDG = Map.of("XDG_CACHE_HOME", "xdg");

  @Test
  void everySystemHasAPlaceForCaches() {
    assertThat(CacheDirectory.of("Windows 11", LOCAL, HOME)).isEqualTo(Path.of("local/nonplus"));
    assertThat(CacheDirectory.of("Linux", LOCAL, HOME)).isEqualTo(Path.of("home/.cache/nonplus"));
    assertThat(CacheDirectory.of("Linux", XDG, HOME)).isEqualTo(Path.of("xdg/nonplus"));
    assertThat(CacheDirectory.of("Mac OS X", XDG, HOME))
        .isEqualTo(Path.of("home/Library/Caches/nonplus"));
  }
}
