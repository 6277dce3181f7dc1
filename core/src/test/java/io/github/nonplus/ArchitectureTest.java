package io.github.nonplus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SourceTree.Source;
import io.github.nonplus.model.family.Families;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The picture in docs/architecture.md and the rules of CONTRIBUTING.md, held against the sources.
class ArchitectureTest {
  private static final List<Source> CORE = SourceTree.sources("core");
  private static final List<Source> ALL =
      Stream.of("core", "opencl", "reference", "cli", "spark")
          .flatMap(module -> SourceTree.sources(module).stream())
          .toList();

  /// One direction, no way back: what a package, with those inside it, must not know.
  @ParameterizedTest(name = "{0} knows nothing of {1}")
  @CsvSource({
    "failure,      corpus files model perplexity program device progress quantization report weights",
    "progress,     corpus files model perplexity program device quantization report weights",
    "files,        corpus model perplexity program device quantization report weights",
    "corpus,       model weights quantization program device perplexity protocol report",
    "tokenizer,    model weights quantization program device perplexity protocol report",
    "protocol,     model weights quantization program device perplexity report",
    "quantization, corpus files model program device perplexity report",
    "weights,      corpus program device perplexity report",
    "model,        corpus device perplexity report",
    "program,      corpus files weights device perplexity report",
    "device,       corpus tokenizer perplexity report divergence",
    "perplexity,   divergence report scoring",
    "scoring,      divergence report comparison journal",
  })
  void packagesPointOneWay(String from, String forbidden) {
    for (Source source : CORE) {
      if (isWithin(source.packageName(), from)) {
        for (String there : forbidden.split(" ")) {
          assertThat(source.mentionedPackages())
              .as(source.path().getFileName() + " is in " + source.packageName())
              .noneMatch(mentioned -> isWithin(mentioned, there));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"core", "opencl", "reference", "cli", "spark", "benchmarks"})
  void packagesKnowEachOtherInNoCircle(String module) {
    assertThat(PackageCycles.of(SourceTree.sources(module)))
        .as("packages of %s that know each other in a circle", module)
        .isEmpty();
  }

  /// There are more than two, so the question "is it this one" forgets one: a `switch` does not.
  @Test
  void typesOfNumbersAreToldApartBySwitches() {
    var comparison = Pattern.compile("[!=]=\\s+ElementType\\.|ElementType\\.\\w+\\s+[!=]=");
    assertThat(ALL).noneMatch(source -> comparison.matcher(source.text()).find());
  }

  @Test
  void theLibraryDoesNotKnowItsCommandLine() {
    assertThat(CORE)
        .isNotEmpty()
        .noneMatch(source -> source.mentionedPackages().stream().anyMatch(p -> isWithin(p, "cli")));
  }

  @Test
  void everyPackageSaysWhatItIs() {
    assertThat(ALL)
        .allSatisfy(
            source -> assertThat(source.path().resolveSibling("package-info.java")).exists());
  }

  @Test
  void everyPackageStandsOnTheArchitecturePage() {
    String page = SourceTree.page("docs/architecture.md");
    var named = SourceTree.quoted(page, "[a-z][a-z0-9]*(?:\\.[a-z][a-z0-9]*)*");
    assertThat(named)
        .containsAll(ALL.stream().map(Source::packageName).collect(Collectors.toSet()));
  }

  /// So types of others, the JDK's included, stand there without backticks.
  @Test
  void everyTypeNamedOnTheArchitecturePageExists() {
    String page = SourceTree.page("docs/architecture.md");
    var named = SourceTree.quoted(page, "[A-Z]\\w*[a-z]\\w*");
    assertThat(named).isNotEmpty();
    assertThat(SourceTree.typeNames(ALL)).containsAll(named);
  }

  @Test
  void everyFileThatAGuideLinksToExists() {
    for (String guide : List.of("README.md", "CONTRIBUTING.md", "docs/architecture.md")) {
      var folder = SourceTree.root().resolve(guide).getParent();
      Pattern.compile("\\]\\((?!https?:|#)([^)#]+)")
          .matcher(SourceTree.page(guide))
          .results()
          .map(match -> match.group(1))
          .forEach(link -> assertThat(folder.resolve(link)).as("linked by " + guide).exists());
    }
  }

  @Test
  void everyDependencyAndPluginIsJustified() {
    String page = SourceTree.page("docs/dependencies.md");
    var declared = new TreeSet<String>();
    for (String pom :
        List.of(
            "pom.xml",
            "core/pom.xml",
            "opencl/pom.xml",
            "reference/pom.xml",
            "cli/pom.xml",
            "spark/pom.xml")) {
      Pattern.compile("<artifactId>([^<]+)</artifactId>")
          .matcher(SourceTree.page(pom))
          .results()
          .map(match -> match.group(1))
          .filter(name -> !name.startsWith("nonplus"))
          .forEach(declared::add);
    }
    assertThat(declared)
        .contains("picocli")
        .allSatisfy(artifact -> assertThat(page).contains("`" + artifact + "`"));
  }

  @Test
  void everyFamilyStandsInTheReadme() {
    String page = SourceTree.page("README.md");
    assertThat(Families.ALL)
        .allSatisfy(family -> assertThat(page).contains("`" + family.names().getFirst() + "`"));
  }

  @Test
  void theLicenceIsShipped() {
    assertThat(SourceTree.page("LICENSE")).contains("Apache License", "Version 2.0");
  }

  private static boolean isWithin(String name, String outer) {
    return name.equals(outer) || name.startsWith(outer + ".");
  }
}
