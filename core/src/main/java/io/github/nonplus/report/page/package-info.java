/// Results as one page of HTML that needs nothing else: no network, no script. Text stays HTML, so
/// that it is readable on any width; SVG draws the lines. Not here: any number that is not in the
/// records or their comparison.
package io.github.nonplus.report.page;
