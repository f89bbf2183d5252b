/**
 * Streams of other libraries as AI Kit's events.
 */
@NullMarked
package studio.ainative.aikit.bridge;

import org.jspecify.annotations.NullMarked;
