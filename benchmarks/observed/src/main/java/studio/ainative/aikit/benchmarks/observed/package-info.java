/**
 * A relay that is observed.
 */
@NullMarked
package studio.ainative.aikit.benchmarks.observed;

import org.jspecify.annotations.NullMarked;
