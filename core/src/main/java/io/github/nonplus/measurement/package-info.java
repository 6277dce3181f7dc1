/// From a text to a number in one go: the windows of the text, kept in the user's cache, and their
/// evaluation. Not here: how windows are cut, and how they are scored.
package io.github.nonplus.measurement;
