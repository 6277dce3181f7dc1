package io.github.nonplus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What others may rely on is what the page says.
class ApiTest {
  @Test
  void thePageListsTheTypesThatAreMarked() throws IOException {
    var marked = new TreeSet<String>();
    for (var source : SourceTree.sources("core")) {
      if (Files.readString(source.path()).contains("\n@Api\n")) {
        marked.add(source.path().getFileName().toString().replace(".java", ""));
      }
    }
    String page = SourceTree.page("docs/java.md");
    String table = page.substring(page.indexOf("## What is API"));
    var listed = new TreeSet<String>();
    Pattern.compile("(?m)^\\| (`.*`) \\|")
        .matcher(table)
        .results()
        .forEach(row -> listed.addAll(SourceTree.quoted(row.group(1), "[A-Z]\\w*")));
    assertThat(listed).isNotEmpty().isEqualTo(marked);
  }
}
