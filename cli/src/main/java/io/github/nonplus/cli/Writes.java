package io.github.nonplus.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A parameter of a command that names what it writes. [OutputPlaces] sees to it that no input is
/// overwritten.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Writes {
  /// What it writes.
  Form value();

  /// What there is to be written.
  enum Form {
    /// A file.
    FILE,
    /// A file of windows, and beside it where they come from.
    WINDOWS,
    /// A folder that is replaced as a whole.
    WHOLE_FOLDER,
    /// A folder that takes files of several commands, each of which declares its own.
    FOLDER
  }
}
