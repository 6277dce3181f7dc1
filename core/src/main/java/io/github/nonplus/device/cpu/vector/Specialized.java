package io.github.nonplus.device.cpu.vector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Classes that are written for any vector length and exist once for each.
///
/// The compiler makes vector operations only where it knows the length as a constant. So each
/// length gets a class of its own, defined from the same bytes, whose static final species is what
/// it was defined with.
final class Specialized {
  private Specialized() {}

  /// An instance of `template`'s twin for vectors of that length. A template has a constructor
  /// without parameters and no class of its own inside.
  static <T> T of(Class<? extends T> template, VectorSpecies<Float> species) {
    String file = template.getSimpleName() + ".class";
    try (InputStream in = template.getResourceAsStream(file)) {
      return instance(in.readAllBytes(), species);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T instance(byte[] bytes, VectorSpecies<Float> species) {
    try {
      MethodHandles.Lookup twin =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, species, true);
      return (T) twin.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a class cannot be specialized", e);
    }
  }

  /// The species that the class of `lookup` was defined with.
  @SuppressWarnings("unchecked")
  static VectorSpecies<Float> species(MethodHandles.Lookup lookup) {
    try {
      VectorSpecies<Float> species = MethodHandles.classData(lookup, "_", VectorSpecies.class);
      return species == null ? FloatVector.SPECIES_PREFERRED : species;
    } catch (IllegalAccessException e) {
      throw new LinkageError("a class cannot be specialized", e);
    }
  }
}
