/**
 * AI Kit's own format, that of the npm package.
 */
@NullMarked
package studio.ainative.aikit.format.aikit;

import org.jspecify.annotations.NullMarked;
