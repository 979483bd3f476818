/**
 * A running engine to what an audit looks at, by GET alone.
 *
 * <p>Runs on: control threads; it blocks.
 *
 * <p>May touch: audit.seen, model, guard.json, JDK sockets and files.
 *
 * <p>Start reading at: {@code EngineSurvey}.
 */
@NullMarked
package dev.sallyport.config.survey.engine;

import org.jspecify.annotations.NullMarked;
