package dev.sallyport.acme.challenge;

import java.nio.charset.StandardCharsets;

/** http-01 (RFC 8555 8.3): a file the edge itself answers with, on its plain listeners. */
public final class HttpSolver implements ChallengeSolver {
    private final ChallengeBoard board;

    public HttpSolver(ChallengeBoard board) {
        this.board = board;
    }

    @Override
    public ChallengeType type() {
        return ChallengeType.HTTP_01;
    }

    @Override
    public void present(Challenge challenge) {
        board.putFile(
                challenge.identifier(),
                challenge.token(),
                challenge.authorization().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void remove(Challenge challenge) {
        board.removeFile(challenge.identifier(), challenge.token());
    }
}
