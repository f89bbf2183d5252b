/**
 * What Spring AI streams.
 */
@NullMarked
package studio.ainative.aikit.bridge.springai;

import org.jspecify.annotations.NullMarked;
