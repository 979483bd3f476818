/**
 * When an effort is made and what follows from how it ended: values in, values out.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: storage for its events, issue for its failures, json.
 *
 * <p>Start reading at: {@code RenewalPlanner}.
 */
@NullMarked
package dev.sallyport.acme.manage.plan;

import org.jspecify.annotations.NullMarked;
