/**
 * What an answer looks like to its reader: a {@link WireFormat} for each kind of client,
 * and the frames that it makes.
 */
@NullMarked
package studio.ainative.aikit.format;

import org.jspecify.annotations.NullMarked;
