/**
 * Answers that outlive their connection: the log that keeps them, as events, for whoever
 * reads them again.
 */
@NullMarked
package studio.ainative.aikit.log;

import org.jspecify.annotations.NullMarked;
