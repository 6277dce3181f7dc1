package io.github.nonplus.model.interpretation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.failure.CompileException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a checkpoint can be taken for, of a runtime that exists nowhere else.
class InterpretationsTest {
  private static final FamilyModel MODEL =
      HuggingFaceDirectory.read(
              Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama"))
          .model();
  private static final List<Difference> DIFFERENCES =
      List.of(difference("norms", 1), difference("more_norms", 2));
  private static final FamilyModel OWN =
      DIFFERENCES.get(1).change().apply(DIFFERENCES.get(0).change().apply(MODEL));
  private static final Interpretations ALL =
      new Interpretations("toy", "what no one computes", OWN, MODEL, DIFFERENCES, Optional.empty());

  /// Adds to what norms add to their weights.
  private static Difference difference(String name, double added) {
    return new Difference(
        name,
        "adds " + added,
        Difference.Evidence.READ,
        model ->
            model.adapted(
                operation ->
                    operation instanceof Norm norm
                        ? norm.withOffset(norm.offset() + added)
                        : operation));
  }

  private static double offset(Interpretation interpretation) {
    for (Operation operation : interpretation.model().program(Model.Output.SCORE).operations()) {
      if (operation instanceof Norm norm) {
        return norm.offset();
      }
    }
    throw new AssertionError("no norm");
  }

  @Test
  void theRuntimesIsTheDefaultAndEachDifferenceCanBeHadAlone() {
    assertThat(ALL.names()).containsExactly("toy", "source", "source+norms", "source+more_norms");
    assertThat(ALL.find(Optional.empty(), "here").name()).isEqualTo("toy");
    assertThat(offset(ALL.find(Optional.empty(), "here"))).isEqualTo(3);
    assertThat(offset(ALL.find(Optional.of("source"), "here"))).isZero();
    assertThat(offset(ALL.find(Optional.of("source+norms"), "here"))).isEqualTo(1);
    assertThat(ALL.find(Optional.of("source+more_norms"), "here").differences()).hasSize(1);
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> ALL.find(Optional.of("tow"), "here"))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "unknown interpretation of here 'tow'; there are toy, source, source+norms,"
                + " source+more_norms; did you mean toy?");
  }

  @Test
  void aPublishedModelThatIsNotKnownIsRefusedAndTheRuntimesIsNot() {
    Interpretations lacking =
        new Interpretations(
            "toy", "", OWN, MODEL, DIFFERENCES, Optional.of("it lacks a fact; give it"));
    assertThat(offset(lacking.find(Optional.empty(), "here"))).isEqualTo(3);
    for (String name : List.of("source", "source+norms")) {
      assertThatThrownBy(() -> lacking.find(Optional.of(name), "here"))
          .hasMessage("it lacks a fact; give it");
    }
  }

  @Test
  void aCheckpointThatIsWhatItSaysHasOneInterpretation() {
    Interpretations one = Interpretations.ofPublished(MODEL, Optional.empty());
    assertThat(one.names()).containsExactly("source");
    assertThat(one.walk()).containsExactly("source");
    assertThat(one.find(Optional.empty(), "").model()).isEqualTo(MODEL);
  }

  @Test
  void aDifferenceThatNobodyMakesByItselfMayBeAskedFor() {
    Interpretations two = Interpretations.ofPublished(MODEL, Optional.of(DIFFERENCES.getFirst()));
    String with = Interpretations.with(DIFFERENCES.getFirst());
    assertThat(two.names()).containsExactly("source", with);
    assertThat(two.walk()).containsExactly("source", with);
    assertThat(two.find(Optional.empty(), "").isPublished()).isTrue();
    assertThat(two.find(Optional.of(with), "").differences())
        .containsExactly(DIFFERENCES.getFirst());
  }

  @Test
  void aLibraryIsThatOfOneInterpretation() {
    ModelLibrary toy = library(ALL.find(Optional.empty(), "").model());
    ModelLibrary source = library(MODEL);
    assertThat(digest(toy)).isNotEqualTo(digest(source));
    toy.requireModel("toy.lib", "here", toy.model(), "source");
    assertThatThrownBy(() -> toy.requireModel("toy.lib", "here", MODEL.facts(), "source"))
        .isInstanceOf(CompileException.class)
        .hasMessage(
            "toy.lib was compiled of here as toy; evaluate it with --as toy, or compile it again");
    assertThatThrownBy(() -> source.requireModel("source.lib", "here", toy.model(), "source"))
        .hasMessageContaining("was compiled of here as source; evaluate it with --as source");
  }

  private static ModelLibrary library(FamilyModel model) {
    return Compiler.compile(
        model,
        "source",
        "cpu",
        new CompileOptions(true, java.util.OptionalInt.empty(), java.util.OptionalInt.empty()),
        (_, _, _) -> {});
  }

  private static String digest(ModelLibrary library) {
    return LibraryFile.digest(library.score("").program());
  }
}
