package dev.sallyport.acme.manage;

import dev.sallyport.acme.certificate.KeyKind;
import dev.sallyport.acme.issue.Authority;
import dev.sallyport.acme.issue.CaException;
import dev.sallyport.acme.issue.OrderJournal;
import dev.sallyport.acme.storage.AccountStorage;
import dev.sallyport.acme.storage.History;
import dev.sallyport.acme.storage.PendingOrders;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The journal of one effort, in files. */
final class FileJournal implements OrderJournal {
    private final String id;
    private final Authority authority;
    private final KeyKind kind;
    private final Stores stores;
    private final Clock clock;

    /** Where it is written. */
    record Stores(AccountStorage accounts, PendingOrders pending, History history) {}

    FileJournal(String id, Authority authority, KeyKind kind, Stores stores, Clock clock) {
        this.id = id;
        this.authority = authority;
        this.kind = kind;
        this.stores = stores;
        this.clock = clock;
    }

    @Override
    public KeyPair accountKey() throws IOException {
        return stores.accounts().require(authority.directory()).key();
    }

    @Override
    public @Nullable String accountUrl() throws IOException {
        return stores.accounts().require(authority.directory()).url();
    }

    @Override
    public void account(@Nullable String url) throws IOException {
        stores.accounts().write(authority.directory(), accountKey(), url);
    }

    @Override
    public KeyPair key() throws IOException {
        return stores.pending().requireKey(id, kind);
    }

    @Override
    public @Nullable String order(String accountUrl) throws IOException {
        var pending = stores.pending().find(id);
        return pending != null
                        && pending.authority().equals(authority.directory().toString())
                        && pending.account().equals(accountUrl)
                ? pending.url()
                : null;
    }

    @Override
    public void ordered(String url, String accountUrl) throws IOException {
        stores.pending()
                .write(
                        id,
                        new PendingOrders.Pending(
                                url, authority.directory().toString(), accountUrl));
        note("ordered", url);
    }

    @Override
    public void finalizing() throws IOException, CaException {
        note(History.FINALIZED, "");
    }

    @Override
    public void failed() throws IOException {
        stores.pending().dropOrder(id);
    }

    @Override
    public void abandoned() throws IOException {
        stores.pending().drop(id);
        note("abandoned", "");
    }

    private void note(String what, String detail) throws IOException {
        stores.history()
                .add(id, new History.Event(clock.instant(), what, authority.name(), detail));
    }
}
