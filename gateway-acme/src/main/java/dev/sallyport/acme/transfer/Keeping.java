package dev.sallyport.acme.transfer;

import dev.sallyport.acme.storage.AccountStorage;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateId;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.acme.storage.History;
import dev.sallyport.acme.storage.Meta;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what was found, where it is not worse than what is here already. What it was read from
 * stays as it is.
 */
public final class Keeping {
    private final AcmeFolder folder;
    private final CertificateStorage storage;
    private final AccountStorage accounts;
    private final Clock clock;
    private final boolean isTrial;

    private Keeping(AcmeFolder folder, Clock clock, SecureRandom random, boolean isTrial) {
        this.folder = folder;
        this.storage = new CertificateStorage(folder);
        this.accounts = new AccountStorage(folder, random);
        this.clock = clock;
        this.isTrial = isTrial;
    }

    /** One that writes. */
    public static Keeping inEarnest(AcmeFolder folder, Clock clock, SecureRandom random) {
        return new Keeping(folder, clock, random, false);
    }

    /** One that only says what it would do. */
    public static Keeping onTrial(AcmeFolder folder, Clock clock, SecureRandom random) {
        return new Keeping(folder, clock, random, true);
    }

    /**
     * What was done with one thing.
     *
     * @param result kept, or why not
     */
    public record Done(String what, String source, String result) {}

    /** Keeps accounts and certificates. */
    public List<Done> keep(Found found) throws IOException {
        var done = new ArrayList<Done>();
        for (var account : found.accounts()) {
            done.add(keep(account));
        }
        for (var certificate : found.certificates()) {
            done.add(keep(certificate));
        }
        return done;
    }

    private Done keep(Found.Account account) throws IOException {
        var what = "account " + account.url();
        if (accounts.has(account.directory())) {
            return new Done(what, account.source(), "there is one at this authority");
        }
        if (!isTrial) {
            accounts.write(account.directory(), account.key(), account.url());
        }
        return new Done(what, account.source(), "kept");
    }

    private Done keep(Found.Certificate certificate) throws IOException {
        var material = certificate.material();
        var names = certificate.names();
        var what = "certificate " + names + " until " + material.notAfter();
        var now = clock.instant();
        if (!material.notAfter().isAfter(now)) {
            return new Done(what, certificate.source(), "it ended");
        }
        var id = CertificateId.of(names);
        var present = storage.load(id, new ArrayList<>());
        if (present != null && !present.material().notAfter().isBefore(material.notAfter())) {
            return new Done(what, certificate.source(), "what is here lasts as long");
        }
        if (!isTrial) {
            var authority = certificate.authority();
            storage.save(
                    id,
                    material,
                    new Meta(
                            names.stream().sorted().toList(),
                            authority == null ? "imported" : authority,
                            certificate.account(),
                            null,
                            null,
                            material.notBefore()));
            new History(folder)
                    .add(
                            id,
                            new History.Event(
                                    now,
                                    "imported",
                                    authority == null ? "unknown" : authority,
                                    certificate.source()));
        }
        return new Done(what, certificate.source(), "kept");
    }
}
