package dev.sallyport.core.filter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.ExchangeStand;
import dev.sallyport.core.exchange.FakeDownstream;
import dev.sallyport.core.exchange.ProxyError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BasicAuthFilterTest {
    /** A test vector of the reference implementation; of "password". */
    private static final String ARGON2ID_PASSWORD =
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    private final ExchangeStand stand = new ExchangeStand();
    private final Queue<Runnable> control = new ArrayDeque<>();

    @TempDir Path folder;
    private Path users = Path.of("unset");
    private int writes;

    @BeforeEach
    void writeUsers() throws IOException {
        users = folder.resolve("users.htpasswd");
        write("# people\n\nann:" + bcrypt("secret") + "\nbob:" + ARGON2ID_PASSWORD + "\n");
    }

    private void write(String text) throws IOException {
        // Each a different length, so that the change shows however coarse the clock of files is.
        Files.writeString(users, text + "\n".repeat(++writes));
    }

    private static String bcrypt(String password) {
        byte[] salt = "sixteen bytes...".getBytes(UTF_8);
        return OpenBSDBCrypt.generate("2y", password.getBytes(UTF_8), salt, 4);
    }

    private static String login(String user, String password) {
        var both = (user + ":" + password).getBytes(UTF_8);
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(both);
    }

    private BasicAuthFilter filter(boolean forwards, @Nullable String userField) {
        return new BasicAuthFilter.Config(
                        "staff", users, forwards, userField, Duration.ofMinutes(1))
                .create(stand::nanos, control::add);
    }

    private BasicAuthFilter filter() {
        return filter(false, null);
    }

    /** Runs what waits for a control thread, then what that handed to the loop. */
    private void settle() {
        for (Runnable work = control.poll(); work != null; work = control.poll()) {
            work.run();
        }
        stand.runTasks();
    }

    private FakeDownstream ask(BasicAuthFilter filter, String... lines) {
        var client = stand.run(filter, lines);
        settle();
        return client;
    }

    @Test
    void asksForAPasswordWhereNoneIsGiven() {
        var client = stand.run(filter());

        assertThat(client.status()).isEqualTo(401);
        assertThat(client.values("www-authenticate"))
                .containsExactly("Basic realm=\"staff\", charset=\"UTF-8\"");
        assertThat(control).isEmpty();
    }

    @Test
    void letsUsersOfBothKindsIn() {
        var filter = filter();

        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(0);
        assertThat(ask(filter, login("bob", "password")).status()).isEqualTo(0);
        assertThat(stand.upstream().calls()).hasSize(2);
    }

    @Test
    void refusesOthers() {
        var filter = filter();

        assertThat(ask(filter, login("ann", "wrong")).status()).isEqualTo(401);
        assertThat(ask(filter, login("bob", "secret")).status()).isEqualTo(401);
        assertThat(ask(filter, login("eve", "secret")).status()).isEqualTo(401);
        assertThat(ask(filter, login("eve", "password")).status()).isEqualTo(401);
        assertThat(ask(filter, "Authorization: Bearer abc").status()).isEqualTo(401);
        assertThat(ask(filter, "Authorization: Basic ???").status()).isEqualTo(401);
        assertThat(ask(filter, login("an\u0001n", "secret")).status()).isEqualTo(401);
        assertThat(stand.upstream().calls()).isEmpty();
    }

    @Test
    void verifiesNothingOnTheLoopAndRemembersWhatWasVerified() {
        var filter = filter();
        var client = stand.run(filter, login("ann", "secret"));

        assertThat(control).hasSize(1);
        assertThat(stand.upstream().calls()).isEmpty();
        settle();
        assertThat(client.status()).isEqualTo(0);

        stand.run(filter, login("ann", "secret"));
        assertThat(control).isEmpty();
        assertThat(stand.upstream().calls()).hasSize(2);
    }

    @Test
    void forgetsAfterAWhile() {
        var filter = filter();
        ask(filter, login("ann", "secret"));
        stand.advance(Duration.ofMinutes(2));

        stand.run(filter, login("ann", "secret"));

        assertThat(control).hasSize(1);
    }

    @Test
    void keepsThePasswordFromTheEndpointUnlessAsked() {
        ask(filter(false, null), login("ann", "secret"));
        ask(filter(true, null), login("ann", "secret"));

        var calls = stand.upstream().calls();
        assertThat(calls.get(0).values("authorization")).isEmpty();
        assertThat(calls.get(1).values("authorization")).hasSize(1);
    }

    @Test
    void tellsTheEndpointTheUserAndNobodyElsesWord() {
        var filter = filter(false, "Remote-User");

        ask(filter, login("ann", "secret"), "remote-user: root", "REMOTE-USER: admin");

        assertThat(stand.upstream().call().values("remote-user")).containsExactly("ann");
        var undoing = ask(filter, login("ann", "secret"), "Connection: remote-user");
        assertThat(undoing.status()).isEqualTo(400);
    }

    @Test
    void leavesTheUserAsANote() {
        Exchange exchange = stand.get(login("ann", "secret"));
        exchange.run(stand.route(filter()));
        assertThat(exchange.note()).isNull();

        settle();

        assertThat(exchange.note()).isEqualTo("ann");
    }

    @Test
    void survivesAClientThatLeavesWhileThePasswordIsVerified() {
        Exchange exchange = stand.get(login("ann", "secret"));
        exchange.run(stand.route(filter()));

        exchange.onDownstreamClosed(ProxyError.CLIENT_CLOSED);
        settle();

        assertThat(stand.upstream().calls()).isEmpty();
        assertThat(stand.downstream().status()).isEqualTo(0);
    }

    @Test
    void answersBusyWhenTooManyWait() {
        var filter = filter();
        for (int i = 0; i < 64; i++) {
            stand.run(filter, login("ann", "wrong"));
        }

        var client = stand.run(filter, login("ann", "secret"));
        assertThat(client.status()).isEqualTo(503);
        assertThat(client.values("retry-after")).containsExactly("1");

        settle();
        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(0);
    }

    @Test
    void takesUpAChangedFileWithinASecond() throws IOException {
        var filter = filter();
        ask(filter, login("ann", "secret"));
        write("ann:" + bcrypt("newer") + "\n");
        stand.advance(Duration.ofSeconds(1));

        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(401);
        assertThat(ask(filter, login("ann", "newer")).status()).isEqualTo(0);
    }

    @Test
    void letsNobodyInWhileTheFileIsMissingOrBroken() throws IOException {
        var filter = filter();
        ask(filter, login("ann", "secret"));

        Files.delete(users);
        stand.advance(Duration.ofSeconds(1));
        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(503);
        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(503);

        write("ann:secret");
        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(503);

        write("ann:" + bcrypt("secret"));
        assertThat(ask(filter, login("ann", "secret")).status()).isEqualTo(0);
    }

    @Test
    void isNotMadeWithoutAUsableFile() throws IOException {
        write("ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=");
        assertThatThrownBy(this::filter)
                .hasMessageEndingWith(
                        "users.htpasswd:1 user ann: SHA-1 (expected: a hash by bcrypt ($2y$) or"
                                + " argon2id)");

        write("ann");
        assertThatThrownBy(this::filter).hasMessageEndingWith(":1: (expected: user:hash)");

        write("# nobody");
        assertThatThrownBy(this::filter).hasMessageContaining("no user (expected: at least one)");

        Files.delete(users);
        assertThatThrownBy(this::filter).hasMessageEndingWith("(expected: a readable file)");
    }
}
