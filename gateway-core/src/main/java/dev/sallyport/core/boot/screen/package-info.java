/**
 * What the command says and how it ends: exit codes, messages, log lines.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: JDK, slf4j, picocli, jackson-core.
 *
 * <p>Start reading at: {@code Exit}.
 */
@NullMarked
package dev.sallyport.core.boot.screen;

import org.jspecify.annotations.NullMarked;
