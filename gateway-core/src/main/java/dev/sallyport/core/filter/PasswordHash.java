package dev.sallyport.core.filter;

import java.security.MessageDigest;
import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password as a file keeps it: hashed by bcrypt or Argon2id. Slow on purpose, and never printed.
 */
sealed interface PasswordHash {
    /** What is said of a hash of another kind. */
    String EXPECTED = "a hash by bcrypt ($2y$) or argon2id";

    /** Compares in constant time; takes milliseconds, and memory for Argon2id. */
    boolean matches(byte[] password);

    /**
     * Reads a hash.
     *
     * @throws IllegalArgumentException that says what is wrong without showing the hash
     */
    static PasswordHash parse(String text) {
        if (text.startsWith("$2y$") || text.startsWith("$2b$") || text.startsWith("$2a$")) {
            return Bcrypt.read(text);
        }
        if (text.startsWith("$argon2id$")) {
            return Argon2id.read(text);
        }
        throw new IllegalArgumentException(kindOf(text) + " (expected: " + EXPECTED + ")");
    }

    private static String kindOf(String text) {
        if (text.startsWith("{SHA}")) {
            return "SHA-1";
        }
        if (text.startsWith("$apr1$") || text.startsWith("$1$")) {
            return "MD5";
        }
        if (text.startsWith("$5$") || text.startsWith("$6$")) {
            return "SHA-crypt";
        }
        if (text.startsWith("$argon2")) {
            return "an argon2 other than argon2id";
        }
        return text.isEmpty() ? "nothing" : "crypt or a plain password";
    }

    /** By bcrypt. Passwords count up to their 72nd byte. */
    record Bcrypt(String text) implements PasswordHash {
        private static final int MAX_COST = 15;
        private static final int LENGTH = 60;

        static Bcrypt read(String text) {
            int cost = number(text, 4, text.indexOf('$', 4));
            if (cost < 4 || cost > MAX_COST) {
                throw new IllegalArgumentException(
                        "bcrypt cost: " + cost + " (expected: 4.." + MAX_COST + ")");
            }
            boolean whole = text.length() == LENGTH && text.charAt(6) == '$';
            for (int i = 7; whole && i < LENGTH; i++) {
                char c = text.charAt(i);
                whole = c == '.' || c == '/' || (c < 0x80 && Character.isLetterOrDigit(c));
            }
            if (!whole) {
                throw new IllegalArgumentException(
                        "bcrypt hash of "
                                + text.length()
                                + " characters (expected: 60 whole ones)");
            }
            return new Bcrypt(text);
        }

        @Override
        public boolean matches(byte[] password) {
            return OpenBSDBCrypt.checkPassword(text, password);
        }

        @Override
        public String toString() {
            return "bcrypt";
        }
    }

    /** By Argon2id, version 19. */
    record Argon2id(int memoryKib, int iterations, int lanes, byte[] salt, byte[] hash)
            implements PasswordHash {
        private static final int MAX_MEMORY_KIB = 64 * 1024;

        /** {@code $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH}, Base64 without padding. */
        static Argon2id read(String text) {
            int version = text.indexOf('$', 1) + 1;
            int costs = text.indexOf('$', version) + 1;
            int salt = text.indexOf('$', costs) + 1;
            int hash = text.indexOf('$', salt) + 1;
            if (costs == 0 || salt == 0 || hash == 0 || !text.startsWith("v=19$", version)) {
                throw broken();
            }
            int passes = text.indexOf(",t=", costs);
            int lanes = text.indexOf(",p=", costs);
            if (!text.startsWith("m=", costs) || passes < 0 || lanes < passes || lanes > salt) {
                throw broken();
            }
            return new Argon2id(
                    within("m", number(text, costs + 2, passes), 8, MAX_MEMORY_KIB),
                    within("t", number(text, passes + 3, lanes), 1, 16),
                    within("p", number(text, lanes + 3, salt - 1), 1, 16),
                    bytes(text.substring(salt, hash - 1)),
                    bytes(text.substring(hash)));
        }

        private static byte[] bytes(String base64) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException _) {
                throw broken();
            }
            if (bytes.length < 8 || bytes.length > 64) {
                throw broken();
            }
            return bytes;
        }

        private static int within(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "argon2id "
                                + name
                                + ": "
                                + value
                                + " (expected: "
                                + least
                                + ".."
                                + most
                                + ")");
            }
            return value;
        }

        private static IllegalArgumentException broken() {
            return new IllegalArgumentException(
                    "argon2id hash (expected: $argon2id$v=19$m=..,t=..,p=..$salt$hash)");
        }

        @Override
        public boolean matches(byte[] password) {
            var generator = new Argon2BytesGenerator();
            generator.init(
                    new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                            .withMemoryAsKB(memoryKib)
                            .withIterations(iterations)
                            .withParallelism(lanes)
                            .withSalt(salt)
                            .build());
            byte[] found = new byte[hash.length];
            generator.generateBytes(password, found);
            return MessageDigest.isEqual(hash, found);
        }

        @Override
        public String toString() {
            return "argon2id";
        }
    }

    private static int number(String text, int from, int to) {
        if (to <= from || to - from > 9) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
