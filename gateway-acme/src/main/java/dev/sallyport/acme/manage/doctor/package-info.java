/**
 * Looks at what keeps a certificate from being obtained, for people: advice, never a gate.
 *
 * <p>Runs on: control threads.
 *
 * <p>May touch: manage, challenge, dns, issue.
 *
 * <p>Start reading at: {@code Doctor}.
 */
@NullMarked
package dev.sallyport.acme.manage.doctor;

import org.jspecify.annotations.NullMarked;
