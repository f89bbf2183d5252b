/**
 * The log of answers on Redis or Valkey, shared by all nodes of an application.
 */
@NullMarked
package studio.ainative.aikit.log.redis;

import org.jspecify.annotations.NullMarked;
