package dev.sallyport.config.audit.secrets;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names by which people call what nobody else should know. */
final class SecretNames {
    private static final Pattern SECRET =
            Pattern.compile(
                    "(.*[_-])?(PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|SECRET|TOKEN|CREDENTIALS?|APIKEY"
                            + "|(API|ACCESS|PRIVATE|SECRET|ENCRYPTION|SIGNING|MASTER|APP)[_-]?KEY)S?"
                            + "([_-](HASH|KEY|BASE))?");
    private static final Pattern HARMLESS =
            Pattern.compile(
                    "(ALLOW|NO|DISABLE|ENABLE|USE|MIN|MAX|PUBLIC)_.*"
                            + "|.*_(FILE|PATH|URL|URI|NAME|TTL|LENGTH|EXPIRY|TYPE|HOST)");

    private SecretNames() {}

    static boolean isSecret(String name) {
        var plain = name.toUpperCase(Locale.ROOT);
        return !plain.equals("PWD")
                && !plain.equals("OLDPWD")
                && SECRET.matcher(plain).matches()
                && !HARMLESS.matcher(plain).matches();
    }

    /** What the file of a secret is called by custom. */
    static String file(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
