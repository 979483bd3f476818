package dev.sallyport.acme.challenge;

import java.io.IOException;

/** Answers one kind of challenge. Blocking; control threads, several at a time. */
public interface ChallengeSolver {
    ChallengeType type();

    /**
     * Makes the answer visible. It may be asked for the same challenge twice, as after a crash.
     *
     * @throws IOException when it cannot, with the reason in words for the operator
     */
    void present(Challenge challenge) throws IOException, InterruptedException;

    /** Takes the answer away, and nothing else. */
    void remove(Challenge challenge) throws IOException, InterruptedException;
}
