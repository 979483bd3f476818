package dev.sallyport.core.filter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.MustExist;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.value.InvalidValue;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.rebuild.Answer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for a user and a password (RFC 7617). Passwords are slow to verify on purpose, so that is
 * done on control threads, few at a time and with a bounded number waiting; what was verified is
 * remembered for a while under a keyed hash. The file of users is looked at again once a second
 * while it is asked for: when it is missing or broken nobody is let in.
 */
final class BasicAuthFilter implements Filter {
    /** Settings. */
    @Named("basic-auth")
    @Doc(
            "Asks for a user and a password (RFC 7617), or answers 401. A users file that is"
                    + " missing or broken closes the route, and is read again when it changes.")
    record Config(
            @Doc("What is protected, as browsers show it.") @Default("restricted") String realm,
            @Doc(
                            "Users as htpasswd writes them, one user:hash a line, hashed by bcrypt"
                                    + " (htpasswd -B) or argon2id.")
                    @Example("users.htpasswd")
                    @MustExist
                    Path usersFile,
            @Doc("Whether the endpoint gets the authorization field too.") @Default("false")
                    boolean forwardAuthorization,
            @Doc(
                            "The request field that tells the endpoint the user's name; whatever"
                                    + " the client sends by that name is replaced.")
                    @Example("remote-user")
                    @Nullable String userField,
            @Doc("For how long a verified password need not be verified again.") @Default("1m")
                    Duration remember)
            implements FilterConfig {
        Config {
            for (int i = 0; i < realm.length(); i++) {
                char c = realm.charAt(i);
                if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                    throw new InvalidValue(realm, "visible ASCII without quotes and backslashes");
                }
            }
            if (userField != null) {
                FieldLine.requireRequestName(userField);
            }
            if (remember.isNegative()) {
                throw new IllegalArgumentException("remember: " + remember + " (expected: >= 0s)");
            }
        }

        @Override
        public Filter create() {
            return create(
                    System::nanoTime, work -> Thread.ofVirtual().name("basic-auth").start(work));
        }

        BasicAuthFilter create(LongSupplier nanoClock, Executor control) {
            UsersFile file = new UsersFile(usersFile);
            file.open();
            return new BasicAuthFilter(this, file, nanoClock, control);
        }
    }

    /** What a verified header stands for, while the users are those it was verified against. */
    private record Verified(String user, UsersFile.Users by) {}

    private static final Logger log = LoggerFactory.getLogger(BasicAuthFilter.class);
    private static final int MAX_WAITING = 64;
    private static final int MAX_REMEMBERED = 10_000;
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final Verdict CLOSED = new Verdict.Respond(Answer.of(503, "users-file"));
    private static final Verdict BUSY =
            new Verdict.Respond(
                    Answer.of(503, "basic-auth-busy", Answer.Line.of("retry-after", "1")));

    private final UsersFile file;
    private final boolean forwardsAuthorization;
    private final @Nullable FieldLine userField;
    private final Verdict challenge;
    private final LongSupplier nanoClock;
    private final Executor control;
    private final AtomicLong looked;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Semaphore verifying =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final CredentialKey key = CredentialKey.create(new SecureRandom());
    private final Cache<CredentialKey.Print, Verified> verified;

    private BasicAuthFilter(
            Config config, UsersFile file, LongSupplier nanoClock, Executor control) {
        this.file = file;
        this.forwardsAuthorization = config.forwardAuthorization();
        this.userField = config.userField() == null ? null : FieldLine.of(config.userField(), "");
        this.challenge =
                new Verdict.Respond(
                        Answer.of(
                                401,
                                "basic-auth",
                                Answer.Line.of(
                                        "www-authenticate",
                                        "Basic realm=\""
                                                + config.realm()
                                                + "\", charset=\"UTF-8\"")));
        this.nanoClock = nanoClock;
        this.control = control;
        this.looked = new AtomicLong(nanoClock.getAsLong());
        this.verified =
                Caffeine.newBuilder()
                        .maximumSize(MAX_REMEMBERED)
                        .expireAfterWrite(config.remember())
                        .ticker(nanoClock::getAsLong)
                        .executor(Runnable::run)
                        .build();
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        FieldTable fields = exchange.head().fields();
        int line = fields.find(Field.AUTHORIZATION);
        if (line < 0 || fields.findNext(Field.AUTHORIZATION, line) >= 0) {
            return challenge;
        }
        Credentials credentials = Credentials.find(fields, line);
        if (credentials == null) {
            return challenge;
        }
        // All edits now: after a suspension the head may be the next exchange's already.
        if (!forwardsAuthorization) {
            fields.remove(line);
        }
        if (userField != null) {
            if (userField.isUndone(fields)) {
                return FieldLine.UNDONE;
            }
            fields.removeAll(userField.lowerName());
            fields.add(userField.name(), credentials.userBytes());
        }
        CredentialKey.Print print = key.print(credentials);
        Verified known = verified.getIfPresent(print);
        if (known != null && known.by() == file.users() && !isTimeToLook()) {
            exchange.note(known.user());
            return Verdict.CONTINUE;
        }
        return suspend(exchange, credentials, print);
    }

    /** Whether this call is the one that has the file looked at. */
    private boolean isTimeToLook() {
        long now = nanoClock.getAsLong();
        long last = looked.get();
        return now - last >= LOOK_AGAIN && looked.compareAndSet(last, now);
    }

    private Verdict suspend(Exchange exchange, Credentials credentials, CredentialKey.Print print) {
        if (!waiting.tryAcquire()) {
            return BUSY;
        }
        control.execute(() -> {
            Verdict verdict = CLOSED;
            try {
                verdict = verify(credentials, print);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.error("verifying a password failed", e);
            } finally {
                waiting.release();
                resume(exchange, verdict, credentials.user());
            }
        });
        return Verdict.SUSPEND;
    }

    private void resume(Exchange exchange, Verdict verdict, String user) {
        exchange.loop()
                .eventLoop()
                .execute(() -> {
                    if (verdict instanceof Verdict.Continue) {
                        exchange.note(user);
                    }
                    exchange.resume(verdict);
                });
    }

    /** On a control thread. */
    private Verdict verify(Credentials credentials, CredentialKey.Print print)
            throws InterruptedException {
        verifying.acquire();
        try {
            file.refresh();
            looked.set(nanoClock.getAsLong());
            UsersFile.Users users = file.users();
            if (users == null) {
                return CLOSED;
            }
            Verified known = verified.getIfPresent(print);
            if (known == null || known.by() != users) {
                // Not known, or not by now: another request may have brought the same meanwhile.
                if (!users.verify(credentials.user(), credentials.password())) {
                    return challenge;
                }
                verified.put(print, new Verified(credentials.user(), users));
            }
            return Verdict.CONTINUE;
        } finally {
            verifying.release();
        }
    }
}
