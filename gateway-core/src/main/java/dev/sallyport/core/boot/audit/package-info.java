/**
 * The verbs that look at how containers are set up: {@code audit} and {@code firewall}.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: everything.
 *
 * <p>Start reading at: {@code ShowAudit}.
 */
@NullMarked
package dev.sallyport.core.boot.audit;

import org.jspecify.annotations.NullMarked;
