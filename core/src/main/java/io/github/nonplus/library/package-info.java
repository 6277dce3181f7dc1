/// Model libraries: what `compile` makes of a model for one device, and the file that holds it. Not
/// here: weights, and executing anything.
package io.github.nonplus.library;
