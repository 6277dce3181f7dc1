package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.weights.ggml.BlockFormat;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The launcher's orders to the compiler (`build/compile-commands`) name methods, and the JVM says
/// nothing about one that does not exist.
class CompileCommandsTest {
  private static final String PACKAGE = "io.github.nonplus.device.cpu.";

  @Test
  void everyKernelIsCompiledByItself() throws IOException {
    Set<String> kernels =
        new TreeSet<>(
            List.of("tile", "keys", "half", "halves", "pack", "means", "factors", "weighted"));
    Stream.of(Products.class, StripOperations.class, Curves.class, Unpacking.class)
        .flatMap(kind -> Arrays.stream(kind.getMethods()))
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .map(Method::getName)
        .filter(name -> !name.equals("tileOutputs"))
        .forEach(kernels::add);
    Set<String> listed =
        orders().stream()
            .filter(order -> order.startsWith("vector*::"))
            .map(order -> order.substring("vector*::".length()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(listed).isEqualTo(kernels);
  }

  @Test
  void tilesAndKeysAreMethodsOfTheProducts() {
    for (int bits : new int[] {128, 256, 512}) {
      assertThat(VectorKernels.of(bits).products().getClass().getDeclaredMethods())
          .extracting(Method::getName)
          .contains("tile", "keys");
    }
  }

  @Test
  void everyOtherMethodThatIsListedExists() throws Exception {
    for (String order : orders()) {
      if (!order.startsWith("vector*::")) {
        String[] parts = order.split("::");
        assertThat(Class.forName(PACKAGE + parts[0]).getDeclaredMethods())
            .as(order)
            .anyMatch(method -> parts[1].equals("*") || method.getName().equals(parts[1]));
      }
    }
  }

  @Test
  void everyMethodThatIsToBeCompiledIntoItsCallersExists() throws Exception {
    Kernels kernels = VectorKernels.of(128);
    Set<String> methods =
        Stream.of(kernels.strips(), kernels.curves(), kernels.unpacking())
            .flatMap(own -> Arrays.stream(own.getClass().getDeclaredMethods()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    for (String order : orders("inline")) {
      String[] parts = order.split("::");
      if (parts[0].equals("vector*")) {
        assertThat(methods).as(order).contains(parts[1]);
      } else {
        assertThat(Class.forName(PACKAGE + parts[0])).as(order).isNotNull();
      }
    }
  }

  @Test
  void everyMethodThatIsCompiledSoonerThanItsPackageExists() throws Exception {
    List<String> methods =
        orders("CompileThresholdScaling").stream()
            .map(order -> order.replaceFirst(" .*", ""))
            .filter(order -> !order.startsWith("vector*::"))
            .toList();
    assertThat(methods).contains("GatherStep::terms");
    for (String method : methods) {
      String[] parts = method.split("::");
      assertThat(Class.forName(PACKAGE + parts[0]).getDeclaredMethods())
          .as(method)
          .anyMatch(each -> parts[1].equals("*") || each.getName().equals(parts[1]));
    }
  }

  @Test
  void classesOfFormatsThatAreListedExist() throws Exception {
    for (String line : Files.readAllLines(Path.of("..", "build", "compile-commands"))) {
      if (line.matches("(dont)?inline io.github.nonplus.weights.*") && !line.contains("*::")) {
        String name = line.replaceFirst("^\\S+ ", "").replaceFirst("::.*", "");
        assertThat(Class.forName(name)).as(line).isNotNull();
      }
    }
    assertThat(BlockFormat.class.getDeclaredMethods())
        .extracting(Method::getName)
        .contains("split");
  }

  /// What is not to be compiled into its callers, without the package.
  private static List<String> orders() throws IOException {
    return orders("dontinline");
  }

  private static List<String> orders(String kind) throws IOException {
    String start = kind + " " + PACKAGE;
    return Files.readAllLines(Path.of("..", "build", "compile-commands")).stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .toList();
  }
}
