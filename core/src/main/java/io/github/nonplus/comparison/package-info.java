/// What several results over the same windows say together: differences with paired error bars, and
/// where they come from. Not here: how it is shown (`report`).
package io.github.nonplus.comparison;
