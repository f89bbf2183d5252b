/**
 * The UI message stream, version 1: what {@code useChat} of the npm package {@code ai} (5
 * to 7) sends and reads.
 */
@NullMarked
package studio.ainative.aikit.format.uimessage;

import org.jspecify.annotations.NullMarked;
