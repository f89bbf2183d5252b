/**
 * Names, conventions and documentation of metrics and spans. Knows events and Micrometer,
 * nothing else of AI Kit.
 */
@NullMarked
package studio.ainative.aikit.observation;

import org.jspecify.annotations.NullMarked;
