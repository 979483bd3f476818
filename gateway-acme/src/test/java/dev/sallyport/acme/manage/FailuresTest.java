package dev.sallyport.acme.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.CaException.Kind;
import dev.sallyport.acme.manage.SigningAuthority.Lie;
import dev.sallyport.acme.manage.plan.CertificateState;
import dev.sallyport.acme.ondemand.OnDemandGate;
import dev.sallyport.acme.storage.AcmeFolder;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between the edge, its authority and its disk; see docs/failures.md. */
@Timeout(30)
final class FailuresTest extends FailureStand {
    @ParameterizedTest
    @CsvSource({
        "NAME, [other.example]",
        "ONE_NAME_MORE, 'other.example, shop.example'",
        "AUTHORITY, an authority's certificate",
        "CLIENT, expected: server authentication",
        "ORDER_OF_CHAIN, the issuer of certificate 1"
    })
    void keepsTheOldOneWhenTheNewOneIsNotWhatWasOrdered(Lie lie, String reason) throws Exception {
        var old = obtain();
        authority.lies.add(lie);

        renew();

        assertThat(store.find(NAME)).isEqualTo(old);
        assertThat(failure()).contains("the certificate is not taken").contains(reason);
        assertThat(managed().state().kind()).isEqualTo(Kind.ORDER);
        assertThat(authority.certificates).isEqualTo(2);

        renew(); // the order it came from is not taken up again
        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(managed().state().reason()).isNull();
    }

    @Test
    void ordersOnceMoreWhenAnOrderWasFinishedWithAnotherKey() throws Exception {
        var old = obtain();
        authority.lies.add(Lie.KEY);

        renew();

        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(authority.orders).hasSize(3);
        assertThat(managed().state().reason()).isNull();
    }

    @Test
    void keepsTheOldOneWhenEveryOrderIsFinishedWithAnotherKey() throws Exception {
        var old = obtain();
        authority.lies.addAll(List.of(Lie.KEY, Lie.KEY, Lie.KEY));

        renew();

        assertThat(store.find(NAME)).isEqualTo(old);
        assertThat(failure()).contains("a certificate for another key");
        assertThat(authority.orders).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"ORDER, alreadyReplaced", "VALIDATION, unauthorized", "HUMAN, rejectedIdentifier"})
    void ordersWithoutSayingWhatForWhenThatIsRefused(Kind kind, String problem) throws Exception {
        var old = obtain();
        authority.refusals.add(new CaException(kind, problem));

        renew();

        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(authority.orders).hasSize(3);
        assertThat(authority.orders.get(1).replaces()).isNotNull();
        assertThat(authority.orders.get(2).replaces()).isNull();
    }

    /** As after an import, or from an account that was lost. */
    @ParameterizedTest
    @ValueSource(strings = {"", "https://ca.example/account/of-old"})
    void replacesNothingOfAnotherAccount(String account) throws Exception {
        obtain();
        var meta = meta(account.isEmpty() ? null : account);
        save(meta);
        restart();

        renew();

        assertThat(authority.orders).hasSize(2);
        assertThat(authority.orders.get(1).replaces()).isNull();
    }

    @Test
    void waitsForAPersonWhenTermsChangedAndAsksOnceADay() throws Exception {
        for (int i = 0; i < 20; i++) {
            authority.refusals.add(new CaException(Kind.HUMAN, "userActionRequired: new terms"));
        }
        serve();

        runFor(Duration.ofHours(71));

        assertThat(managed().state().needsAttention()).isTrue();
        assertThat(new CertificateDesk(certificates).states()).containsEntry("attention", 1L);
        assertThat(authority.orders).hasSize(3);
    }

    @Test
    void triesAtOnceWhatWaitedForAPersonWhenTheAuthorityIsChanged() throws Exception {
        authority.refusals.add(new CaException(Kind.HUMAN, "externalAccountRequired: no"));
        serve();
        settle();
        assertThat(store.find(NAME)).isNull();

        certificates.serve(settings("another@shop.example"));
        settle();

        assertThat(store.find(NAME)).isNotNull();
    }

    @Test
    void waitsAnHourForALimitThatDoesNotSayForHowLong() throws Exception {
        authority.refusals.add(new CaException(Kind.RATE_LIMITED, "too many"));
        serve();

        runFor(Duration.ofMinutes(59));
        assertThat(authority.orders).hasSize(1);

        runFor(Duration.ofMinutes(10));
        assertThat(authority.orders).hasSize(2);
        assertThat(store.find(NAME)).isNotNull();
    }

    @Test
    void asksNobodyForAnythingBeforeALimitEnds() throws Exception {
        var end = clock.instant().plus(Duration.ofDays(2));
        authority.refusals.add(new CaException(Kind.RATE_LIMITED, "too many", end, null));
        serve();
        settle();
        int asked = authority.asked;

        runFor(Duration.ofHours(47));

        assertThat(authority.asked).isEqualTo(asked);
    }

    @Test
    void asksForNoOtherCertificateBeforeALimitEnds() throws Exception {
        var end = clock.instant().plus(Duration.ofDays(2));
        authority.refusals.add(new CaException(Kind.RATE_LIMITED, "too many", end, null));
        serve();
        settle();
        var other = CertificateSpec.of(List.of("other.example"));

        certificates.add(other);
        certificates.tick();
        awaitRest(other);

        assertThat(authority.orders).hasSize(1);
        assertThat(certificates.managed().get(other.id()))
                .extracting(ManagedCertificate::state)
                .extracting(CertificateState::reason, CertificateState::notBefore)
                .containsExactly("every authority is left alone for a while", end);
    }

    @Test
    void fuseEndsALoopWhateverBeganIt() throws Exception {
        obtain();
        for (int i = 0; i < 10; i++) {
            renew();
        }

        assertThat(authority.certificates).isEqualTo(3);
        assertThat(failure()).contains("our own limit of 3 certificates a week");

        restart();
        renew();
        assertThat(authority.certificates).isEqualTo(3);
    }

    @Test
    void renewsWithoutAWindowThatMakesNoSense() throws Exception {
        authority.window(clock.instant().plusSeconds(9000), clock.instant().plusSeconds(5000));
        var old = obtain();
        runFor(Duration.ofHours(12));
        assertThat(store.find(NAME)).isEqualTo(old);

        clock.advance(Duration.ofDays(66));
        runFor(Duration.ofHours(2));

        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(authority.orders).hasSize(2);
    }

    @Test
    void renewsThoughNobodyKnowsOfTheCertificate() throws Exception {
        authority.noWindow(new CaException(Kind.ORDER, "notFound: no such certificate"));
        var old = obtain();

        clock.advance(Duration.ofDays(66));
        runFor(Duration.ofHours(2));

        assertThat(store.find(NAME)).isNotEqualTo(old);
        assertThat(authority.orders).hasSize(2);
    }

    /** The last one: there is room for the key, and none for what comes of it. */
    @ParameterizedTest
    @ValueSource(strings = {"live/%s/pending/key.pem.new", "live/%s/history.jsonl", "probe.new"})
    void ordersNothingWhenTheJournalCannotBeWritten(String inTheWay) throws Exception {
        var blocked = root.resolve("acme").resolve(inTheWay.formatted(SPEC.id())).resolve("x");
        Files.createDirectories(blocked);
        serve();

        runFor(Duration.ofMinutes(30));
        assertThat(authority.orders).isEmpty();
        assertThat(managed().state().kind()).isEqualTo(Kind.LOCAL);

        Files.delete(blocked);
        Files.delete(Objects.requireNonNull(blocked.getParent()));
        runFor(Duration.ofMinutes(30));
        assertThat(store.find(NAME)).isNotNull();
        assertThat(authority.orders).hasSize(1);
    }

    @Test
    void finishesNoOrderThatItCouldNotWriteDown() throws Exception {
        var blocked = root.resolve("acme/live/" + SPEC.id() + "/pending/order.json.new");
        Files.createDirectories(blocked.resolve("in-the-way"));
        serve();
        settle();
        assertThat(authority.orders).hasSize(1);
        assertThat(authority.certificates).isZero();
        assertThat(managed().state().kind()).isEqualTo(Kind.LOCAL);

        Files.delete(blocked.resolve("in-the-way"));
        Files.delete(blocked);
        runFor(Duration.ofMinutes(30));
        assertThat(authority.certificates).isEqualTo(1);
        assertThat(store.find(NAME)).isNotNull();
    }

    @Test
    void twoOnOneFolderOrderOnceAndTheLoserReloads() throws Exception {
        var theirs = new CertificateStore(clock);
        var folder = new AcmeFolder(root.resolve("acme"));
        try (var other =
                new AcmeCertificates(
                        new AcmeCertificates.Parts(
                                folder,
                                Pem::parse,
                                theirs,
                                new OnDemandGate(folder, theirs, clock),
                                any -> authority,
                                clock,
                                new SecureRandom()))) {
            serve();
            other.serve(settings(null));
            authority.gate = new CountDownLatch(1);
            certificates.tick();
            other.tick();
            assertThat(managed().isBusy()).isTrue();
            assertThat(Objects.requireNonNull(other.managed().get(SPEC.id())).isBusy()).isFalse();
            authority.gate.countDown();
            settle();
            for (int i = 0; i < 10; i++) {
                other.tick();
                clock.advance(Duration.ofSeconds(2));
            }

            assertThat(authority.orders).hasSize(1);
            assertThat(theirs.find(NAME)).isEqualTo(Objects.requireNonNull(store.find(NAME)));
        }
    }
}
