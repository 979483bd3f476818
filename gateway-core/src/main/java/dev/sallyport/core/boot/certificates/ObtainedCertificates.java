package dev.sallyport.core.boot.certificates;

import dev.sallyport.acme.certificate.CertificateStore;
import dev.sallyport.acme.challenge.ChallengeBoard;
import dev.sallyport.acme.challenge.ChallengeSolver;
import dev.sallyport.acme.challenge.HttpSolver;
import dev.sallyport.acme.challenge.TlsAlpnSolver;
import dev.sallyport.acme.issue.Acme4jAuthorities;
import dev.sallyport.acme.manage.AcmeCertificates;
import dev.sallyport.acme.manage.AcmeSettings;
import dev.sallyport.acme.manage.OnDemandOrders;
import dev.sallyport.acme.ondemand.OnDemandGate;
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
            OnDemandGate onDemand,
            Thread thread,
            Thread attendant) {
        void start() {
            if (thread.getState() == Thread.State.NEW) {
                thread.start();
                attendant.start();
            }
        }
    }

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

    /** Those that clients ask for; null when none are obtained. */
    @Nullable OnDemandGate onDemand() {
        Working present = working;
        return present == null ? null : present.onDemand;
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
        AcmeSettings settings =
                AcmeSettings.of(
                        config, acme, present.solvers, host -> fromFiles.find(host) != null);
        List<String> onDemand = present.onDemand.serve(config, settings.names());
        present.certificates.serve(settings.with(onDemand));
        present.onDemand.settled();
        if (isFollowing) {
            present.start();
        }
    }

    private Working make() {
        Acme4jAuthorities authorities = new Acme4jAuthorities(clock);
        AcmeFolder folder = new AcmeFolder(stateFolder.resolve(FOLDER));
        OnDemandGate onDemand = new OnDemandGate(folder, store, clock);
        AcmeCertificates certificates =
                new AcmeCertificates(
                        new AcmeCertificates.Parts(
                                folder,
                                TlsEngine.detect().proof(),
                                store,
                                onDemand,
                                authorities,
                                clock,
                                random));
        return new Working(
                certificates,
                authorities,
                List.of(new HttpSolver(board), new TlsAlpnSolver(board, clock, random)),
                onDemand,
                Thread.ofVirtual().name("acme").unstarted(certificates),
                Thread.ofVirtual()
                        .name("on-demand")
                        .unstarted(onDemand.attendant(new OnDemandOrders(certificates))));
    }

    /** Begins to obtain and renew: listeners are bound now, and can be looked at by authorities. */
    void follow() {
        isFollowing = true;
        Working present = working;
        if (present != null) {
            present.start();
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
        present.attendant.interrupt();
        present.onDemand.close();
        present.authorities.close();
        try {
            present.certificates.close();
        } catch (IOException e) {
            log.warn("certificate storage not closed error={}", e.toString());
        }
    }
}
