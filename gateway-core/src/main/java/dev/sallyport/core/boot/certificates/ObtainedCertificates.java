package dev.sallyport.core.boot.certificates;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.HttpSolver;
import dev.sallyport.acme.challenge.TlsAlpnSolver;
import dev.sallyport.acme.issue.Acme4jAuthorities;
import dev.sallyport.acme.manage.AcmeCertificates;
import dev.sallyport.acme.manage.AcmeSettings;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.config.model.Acme;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.core.tls.TlsEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates obtained by ACME, made when a configuration asks for the first: an edge that
 * wants none loads nothing of it.
 */
final class ObtainedCertificates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ObtainedCertificates.class);
    private static final String FOLDER = "acme";

    private final Path stateFolder;
    private final CertificateStore store;
    private final ChallengeBoard board;
    private final CertificateStore fromFiles;
    private final Clock clock;
    private final SecureRandom random;
    private @Nullable Working working;
    private boolean isFollowing;

    /** What there is once one was asked for. */
    private record Working(
            AcmeCertificates certificates,
            Acme4jAuthorities authorities,
            List<ChallengeSolver> solvers,
            Thread thread) {}

    ObtainedCertificates(
            Path stateFolder,
            CertificateStore store,
            ChallengeBoard board,
            CertificateStore fromFiles,
            Clock clock,
            SecureRandom random) {
        this.stateFolder = stateFolder;
        this.store = store;
        this.board = board;
        this.fromFiles = fromFiles;
        this.clock = clock;
        this.random = random;
    }

    @Nullable AcmeCertificates certificates() {
        Working present = working;
        return present == null ? null : present.certificates;
    }

    /** Serves, and later obtains, what the last of these configurations asks for. */
    void serve(List<GatewayConfig> configs) {
        GatewayConfig config = configs.getLast();
        Acme acme = config.acme();
        Working present = working;
        if (acme == null) {
            if (present != null) {
                close();
                store.publish("acme", List.of());
            }
            return;
        }
        if (present == null) {
            present = make();
            working = present;
        }
        present.certificates.serve(
                AcmeSettings.of(
                        config, acme, present.solvers, host -> fromFiles.find(host) != null));
        if (isFollowing && present.thread.getState() == Thread.State.NEW) {
            present.thread.start();
        }
    }

    private Working make() {
        Acme4jAuthorities authorities = new Acme4jAuthorities(clock);
        AcmeCertificates certificates =
                new AcmeCertificates(
                        new AcmeCertificates.Parts(
                                new AcmeFolder(stateFolder.resolve(FOLDER)),
                                TlsEngine.detect().proof(),
                                store,
                                authorities,
                                clock,
                                random));
        return new Working(
                certificates,
                authorities,
                List.of(new HttpSolver(board), new TlsAlpnSolver(board, clock, random)),
                Thread.ofVirtual().name("acme").unstarted(certificates));
    }

    /** Begins to obtain and renew: listeners are bound now, and can be looked at by authorities. */
    void follow() {
        isFollowing = true;
        Working present = working;
        if (present != null && present.thread.getState() == Thread.State.NEW) {
            present.thread.start();
        }
    }

    @Override
    public void close() {
        Working present = working;
        working = null;
        if (present == null) {
            return;
        }
        present.thread.interrupt();
        present.authorities.close();
        try {
            present.certificates.close();
        } catch (IOException e) {
            log.warn("certificate storage not closed error={}", e.toString());
        }
    }
}
