package io.github.nonplus.cli;

import io.github.nonplus.checkpoint.ModelFiles;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.FilePlace;
import io.github.nonplus.files.Leftovers;
import io.github.nonplus.files.Scratch;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where the outputs of a command are to lie, held against its inputs and against each other before
/// the command opens anything. Each parameter that is a path says whether it [Reads] or [Writes];
/// what counts is which file it is, not how it is spelled.
final class OutputPlaces {
  /// A path and the parameter that names it.
  private record Named(String parameter, Path path, FilePlace place) {
    Named(String parameter, Path path) {
      this(parameter, path, FilePlace.of(path));
    }
  }

  /// An output, and whether it is a folder that is replaced as a whole.
  private record Output(Named named, boolean isWhole) {}

  private final List<Output> outputs = new ArrayList<>();

  private OutputPlaces() {}

  /// Refuses outputs of a command, whose parameters are known, that are inputs or lie in each
  /// other's way. Where they are to lie, leftovers of interrupted runs are removed.
  ///
  /// @param note is told of them
  static void settle(CommandSpec command, Consumer<String> note) {
    OutputPlaces places = of(command);
    for (int i = 0; i < places.outputs.size(); i++) {
      for (Output other : places.outputs.subList(i + 1, places.outputs.size())) {
        requireApart(places.outputs.get(i), other);
      }
    }
    for (ArgSpec argument : arguments(command)) {
      if (!declares(argument, Writes.class)) {
        paths(argument).forEach(path -> places.refuse(parameter(argument), path));
      }
    }
    Stream.concat(
            places.outputs.stream().map(output -> output.named().place().path().getParent()),
            Stream.of(Scratch.place()))
        .filter(folder -> folder != null)
        .distinct()
        .forEach(folder -> Leftovers.reclaim(folder, note));
  }

  /// The outputs of a command.
  static OutputPlaces of(CommandSpec command) {
    OutputPlaces places = new OutputPlaces();
    for (ArgSpec argument : arguments(command)) {
      if (declares(argument, Writes.class)) {
        Writes.Form form = ((Field) argument.userObject()).getAnnotation(Writes.class).value();
        paths(argument).forEach(path -> places.add(form, new Named(parameter(argument), path)));
      }
    }
    return places;
  }

  private void add(Writes.Form form, Named named) {
    switch (form) {
      case FILE -> outputs.add(new Output(named, false));
      case WINDOWS -> {
        outputs.add(new Output(named, false));
        Path origin = WindowsOrigin.path(named.path());
        outputs.add(new Output(new Named(named.parameter(), origin), false));
      }
      case WHOLE_FOLDER -> outputs.add(new Output(named, true));
      case FOLDER -> {}
    }
  }

  /// Refuses outputs that are what `parameter` reads.
  ///
  /// @param input a file, with what stands beside it on its origin, or a folder with a model
  void refuse(String parameter, Path input) {
    boolean piped = input.equals(Documents.STANDARD_INPUT);
    Path path = piped ? Path.of("/dev/stdin") : input;
    Stream<Path> files =
        Files.isDirectory(path)
            ? Stream.concat(Stream.of(path), ModelFiles.of(path))
            : Stream.of(path, WindowsOrigin.path(path));
    List<Named> read = files.map(file -> new Named(parameter, file)).toList();
    for (Output output : outputs) {
      read.forEach(each -> requireApart(output, each));
      if (Files.isDirectory(path) && ModelFiles.isOneOf(path, output.named().place())) {
        throw new OutputException(
            "%s (%s) would become a part of the model %s, which %s reads; name another file"
                .formatted(output.named().path(), output.named().parameter(), path, parameter));
      }
    }
  }

  private static void requireApart(Output output, Named input) {
    Named named = output.named();
    if (named.place().isSame(input.place())) {
      throw new OutputException(
          "%s (%s) would overwrite %s, which %s reads; name another one"
              .formatted(named.path(), named.parameter(), input.path(), input.parameter()));
    }
    if (output.isWhole() && input.place().isWithin(named.place())) {
      throw new OutputException(
          "%s (%s) is replaced as a whole, but %s, which %s reads, lies in it; name another one"
              .formatted(named.path(), named.parameter(), input.path(), input.parameter()));
    }
  }

  private static void requireApart(Output one, Output other) {
    Named first = one.named();
    Named second = other.named();
    if (first.place().isSame(second.place())) {
      throw new OutputException(
          "%s (%s) and %s (%s) are one file, which cannot hold two outputs; name two"
              .formatted(first.path(), first.parameter(), second.path(), second.parameter()));
    }
    requireOutside(one, second);
    requireOutside(other, first);
  }

  private static void requireOutside(Output folder, Named other) {
    if (folder.isWhole() && other.place().isWithin(folder.named().place())) {
      throw new OutputException(
          "%s (%s) would lie within %s (%s), which is replaced as a whole; name another one"
              .formatted(
                  other.path(),
                  other.parameter(),
                  folder.named().path(),
                  folder.named().parameter()));
    }
  }

  /// All parameters of a command whose values are paths.
  static List<ArgSpec> arguments(CommandSpec command) {
    return Stream.concat(command.options().stream(), command.positionalParameters().stream())
        .filter(argument -> List.of(argument.auxiliaryTypes()).contains(Path.class))
        .toList();
  }

  /// Whether a parameter carries one of the two annotations.
  static boolean declares(
      ArgSpec argument, Class<? extends java.lang.annotation.Annotation> annotation) {
    return argument.userObject() instanceof Field field && field.isAnnotationPresent(annotation);
  }

  private static Stream<Path> paths(ArgSpec argument) {
    Object value = argument.getValue();
    return switch (value) {
      case null -> Stream.empty();
      case Path path -> Stream.of(path);
      case List<?> list -> list.stream().map(Path.class::cast);
      default -> throw new IllegalStateException(parameter(argument) + " holds no paths");
    };
  }

  private static String parameter(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }
}
