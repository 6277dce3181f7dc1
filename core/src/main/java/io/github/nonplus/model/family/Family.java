package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import java.util.List;

/// A family of models.
public interface Family {
  /// What `model_type` says in its configurations; the first is the family's name.
  List<String> names();

  /// Reads a `config.json`, or the part of one that describes the text model. Every key that can
  /// change a number is read; who calls this refuses the others.
  FamilyModel read(ConfigReader config);
}
