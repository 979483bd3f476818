/**
 * What a certificate authority asks to be shown, and what the edge must answer right now.
 *
 * <p>Runs on: loops read the board; control threads write it.
 *
 * <p>May touch: certificate, model.
 *
 * <p>Start reading at: {@code ChallengeBoard}.
 */
@NullMarked
package dev.sallyport.acme.challenge;

import org.jspecify.annotations.NullMarked;
