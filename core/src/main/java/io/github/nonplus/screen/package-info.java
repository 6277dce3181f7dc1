/// Text from strangers as a terminal may show it. Not here: pages, which have their own rules.
package io.github.nonplus.screen;
