package dev.sallyport.acme.challenge;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record says that lets one account of an authority have certificates of a name for as long
 * as it stands (draft-ietf-acme-dns-persist 4): {@code ca.example; accounturi=https://...;
 * policy=wildcard; persistUntil=1767225600}.
 *
 * @param issuer the authority, in lower case
 * @param account address of the account
 * @param isForWildcards whether it holds for {@code *.name} too
 * @param until seconds since 1970 after which it holds no more; null for ever
 */
public record PersistentRecord(
        String issuer, String account, boolean isForWildcards, @Nullable Long until) {
    /** The text of the record that one account needs. */
    public static String text(String issuer, String account, boolean isWildcard) {
        return issuer + "; accounturi=" + account + (isWildcard ? "; policy=wildcard" : "");
    }

    /** Reads one; null when it is none. */
    public static @Nullable PersistentRecord parse(String text) {
        var parts = text.split(";", -1);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            var part = parts[i].strip();
            int equals = part.indexOf('=');
            if (equals > 0) {
                var name = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                parameters.putIfAbsent(name, part.substring(equals + 1).strip());
            }
        }
        var issuer = parts[0].strip().toLowerCase(Locale.ROOT);
        var account = parameters.get("accounturi");
        var until = parameters.getOrDefault("persistuntil", "");
        if (issuer.isEmpty() || account == null || !until.matches("[0-9]{0,15}")) {
            return null;
        }
        return new PersistentRecord(
                issuer,
                account,
                "wildcard".equalsIgnoreCase(parameters.get("policy")),
                until.isEmpty() ? null : Long.valueOf(until));
    }

    /** Whether who looks for {@code wanted} at this time is content with this one. */
    public boolean covers(PersistentRecord wanted, Instant now) {
        return issuer.equals(wanted.issuer)
                && account.equals(wanted.account)
                && (isForWildcards || !wanted.isForWildcards)
                && (until == null || now.getEpochSecond() <= until);
    }
}
