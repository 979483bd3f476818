package dev.sallyport.acme.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nothing is answered but what is pending. */
final class ChallengeBoardTest {
    private final ChallengeBoard board = new ChallengeBoard();

    @Test
    void answersOneTokenOfOneHostWhileItIsPending() {
        var solver = new HttpSolver(board);
        var challenge =
                new Challenge(ChallengeType.HTTP_01, "shop.example.com", "token", "token.thumb");
        solver.present(challenge);

        assertThat(board.findFile("SHOP.example.com", "token"))
                .isEqualTo("token.thumb".getBytes(StandardCharsets.US_ASCII));
        assertThat(board.findFile("other.example.com", "token")).isNull();
        assertThat(board.findFile("shop.example.com", "toke")).isNull();

        solver.remove(challenge);

        assertThat(board.hasNoFiles()).isTrue();
        assertThat(board.served(ChallengeType.HTTP_01, true)).isEqualTo(1);
        assertThat(board.served(ChallengeType.HTTP_01, false)).isEqualTo(2);
    }

    @Test
    void showsACertificateToTheNameThatIsPending() throws IOException {
        var solver = new TlsAlpnSolver(board, Clock.systemUTC(), new SecureRandom());
        var challenge = new Challenge(ChallengeType.TLS_ALPN_01, "192.0.2.7", "token", "auth");
        solver.present(challenge);

        var shown = Objects.requireNonNull(board.findCertificate("7.2.0.192.in-addr.arpa"));

        assertThat(shown.leaf().getCriticalExtensionOIDs()).contains("1.3.6.1.5.5.7.1.31");
        assertThat(board.findCertificate("192.0.2.7")).isNull();

        solver.remove(challenge);

        assertThat(board.findCertificate("7.2.0.192.in-addr.arpa")).isNull();
    }

    @Test
    void namesAnAddressInReverse() {
        assertThat(TlsAlpnSolver.serverName("::1")).isEqualTo("1." + "0.".repeat(31) + "ip6.arpa");
    }

    @Test
    void neverPrintsWhatProves() {
        assertThat(new Challenge(ChallengeType.DNS_01, "a.example", "token", "secret").toString())
                .doesNotContain("token")
                .doesNotContain("secret");
    }
}
