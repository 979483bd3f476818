package dev.sallyport.core.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * The fields of a head or of trailers, in order of arrival: offsets into one growing byte array.
 *
 * <p>Removing leaves a hole: an index stays valid until {@link #clear()}. Whatever enters is
 * checked: a name is a token, a value holds no CR, LF, NUL or other control.
 */
public final class FieldTable {
    static final int MAX_NAME = 256;

    private static final int INITIAL_BYTES = 2048;
    private static final int INITIAL_FIELDS = 32;
    private static final int KEPT_BYTES = 16 * 1024;

    // Four words a field: name offset; name length, id and flags; value offset; value length.
    private static final int WORDS = 4;
    private static final int ID_SHIFT = 16;
    private static final int ID_MASK = 0x00ff_0000;
    private static final int VERBATIM = 0x0100_0000;
    private static final int REMOVED = 0x8000_0000;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int[] words = new int[INITIAL_FIELDS * WORDS];
    private int count;
    private long seen;

    /** The backing store, valid until the next append that grows it: never keep it. */
    public byte[] bytes() {
        return bytes;
    }

    /** The fields that came, removed ones included. */
    public int count() {
        return count;
    }

    public boolean isRemoved(int i) {
        return words[i * WORDS + 1] < 0;
    }

    /** A constant of {@link Field}, {@link Field#OTHER} when the name is unknown. */
    public int id(int i) {
        return (words[i * WORDS + 1] & ID_MASK) >>> ID_SHIFT;
    }

    public int nameOffset(int i) {
        return words[i * WORDS];
    }

    public int nameLength(int i) {
        return words[i * WORDS + 1] & 0xffff;
    }

    public int valueOffset(int i) {
        return words[i * WORDS + 2];
    }

    public int valueLength(int i) {
        return words[i * WORDS + 3];
    }

    /**
     * Whether {@code Name: value CRLF} stands in one piece from the name's offset to two behind the
     * value's end.
     */
    public boolean isLineVerbatim(int i) {
        return (words[i * WORDS + 1] & VERBATIM) != 0;
    }

    /** The first live field of that id, or -1. */
    public int find(int fieldId) {
        return (seen & Field.bit(fieldId)) == 0 ? -1 : findNext(fieldId, -1);
    }

    /** The next live field of that id behind {@code after}, or -1. */
    public int findNext(int fieldId, int after) {
        int wanted = fieldId << ID_SHIFT;
        for (int i = after + 1; i < count; i++) {
            if ((words[i * WORDS + 1] & (ID_MASK | REMOVED)) == wanted) {
                return i;
            }
        }
        return -1;
    }

    /** The first live field of that name in any case, or -1; for names without an id. */
    public int find(byte[] lowerName) {
        return findNext(lowerName, -1);
    }

    /** The next live field of that name in any case behind {@code after}, or -1. */
    public int findNext(byte[] lowerName, int after) {
        for (int i = after + 1; i < count; i++) {
            if (!isRemoved(i)
                    && Octets.equalsIgnoreCase(bytes, nameOffset(i), nameLength(i), lowerName)) {
                return i;
            }
        }
        return -1;
    }

    public boolean valueEquals(int i, byte[] ascii) {
        return valueLength(i) == ascii.length && Octets.matches(bytes, valueOffset(i), ascii);
    }

    /** Whether the value is {@code lowerAscii} in any case. */
    public boolean valueEqualsIgnoreCase(int i, byte[] lowerAscii) {
        return Octets.equalsIgnoreCase(bytes, valueOffset(i), valueLength(i), lowerAscii);
    }

    /** Whether the comma-separated value holds {@code lowerToken} in any case. */
    public boolean valueHasToken(int i, byte[] lowerToken) {
        int end = valueOffset(i) + valueLength(i);
        int from = valueOffset(i);
        while (from <= end) {
            int comma = from;
            while (comma < end && bytes[comma] != ',') {
                comma++;
            }
            int start = skipBlanks(from, comma);
            int stop = trimBlanks(start, comma);
            if (Octets.equalsIgnoreCase(bytes, start, stop - start, lowerToken)) {
                return true;
            }
            from = comma + 1;
        }
        return false;
    }

    /** The name as a string; not for the hot path. */
    public String name(int i) {
        return new String(bytes, nameOffset(i), nameLength(i), ISO_8859_1);
    }

    /** The value as a string of bytes (ISO-8859-1); not for the hot path. */
    public String value(int i) {
        return new String(bytes, valueOffset(i), valueLength(i), ISO_8859_1);
    }

    public void remove(int i) {
        words[i * WORDS + 1] |= REMOVED;
    }

    public void removeAll(int fieldId) {
        for (int i = find(fieldId); i >= 0; i = findNext(fieldId, i)) {
            remove(i);
        }
    }

    public void removeAll(byte[] lowerName) {
        for (int i = find(lowerName); i >= 0; i = findNext(lowerName, i)) {
            remove(i);
        }
    }

    /** Removes fields whose names become those of others where every sign turns into {@code _}. */
    public void removeAliases() {
        for (int i = 0; i < count; i++) {
            int end = nameOffset(i) + nameLength(i);
            for (int at = nameOffset(i); at < end; at++) {
                if (Octets.PLAIN_NAME[bytes[at] & 0xff] == 0) {
                    remove(i);
                }
            }
        }
    }

    public void add(byte[] name, byte[] value) {
        add(name, value, 0, value.length);
    }

    /**
     * Adds a field at the end; blanks around the value are left out.
     *
     * @throws IllegalArgumentException when the name is no token or the value holds a control byte
     */
    public void add(byte[] name, byte[] value, int offset, int valueLength) {
        requireToken(name);
        int start = offset;
        int end = offset + valueLength;
        int control = Octets.findControl(value, start, end);
        if (control < end) {
            throw new IllegalArgumentException(
                    "field value: byte " + value[control] + " (expected: no control byte)");
        }
        while (start < end && Octets.isBlank(value[start])) {
            start++;
        }
        while (end > start && Octets.isBlank(value[end - 1])) {
            end--;
        }
        ensure(name.length + end - start + 4);
        int nameAt = length;
        System.arraycopy(name, 0, bytes, length, name.length);
        length += name.length;
        bytes[length++] = ':';
        bytes[length++] = Octets.SP;
        int valueAt = length;
        System.arraycopy(value, start, bytes, length, end - start);
        length += end - start;
        bytes[length++] = Octets.CR;
        bytes[length++] = Octets.LF;
        int id = Field.idOf(bytes, nameAt, name.length);
        append(id, nameAt, name.length, valueAt, end - start, true);
    }

    /** Like {@link #add(byte[], byte[])}; a character beyond 0xff is refused too. */
    public void add(CharSequence name, CharSequence value) {
        add(octets(name), octets(value));
    }

    /** Replaces every field of that name by one at the end. */
    public void set(byte[] name, byte[] value) {
        requireToken(name);
        int id = Field.idOf(name, 0, name.length);
        if (id != Field.OTHER && id != Field.X_FORWARDED_OTHER) {
            removeAll(id);
        } else {
            byte[] lowerName = new byte[name.length];
            for (int i = 0; i < name.length; i++) {
                lowerName[i] = Octets.LOWER[name[i] & 0xff];
            }
            removeAll(lowerName);
        }
        add(name, value);
    }

    public void set(CharSequence name, CharSequence value) {
        set(octets(name), octets(value));
    }

    /**
     * Forgets all fields but those of {@code ids}, and lets go of the bytes behind both these and
     * {@code end}: for who holds the table long.
     */
    public void keepOnly(int end, int... ids) {
        long wanted = 0;
        for (int id : ids) {
            wanted |= Field.bit(id);
        }
        int kept = 0;
        int last = end;
        for (int i = 0; i < count; i++) {
            if (!isRemoved(i) && (Field.bit(id(i)) & wanted) != 0) {
                last = Math.max(last, valueOffset(i) + valueLength(i));
                System.arraycopy(words, i * WORDS, words, kept * WORDS, WORDS);
                kept++;
            }
        }
        count = kept;
        length = last;
        seen &= wanted;
        words = Arrays.copyOf(words, Math.max(kept, 1) * WORDS);
        bytes = Arrays.copyOf(bytes, last);
    }

    /**
     * Empties the table; arrays that one large head has grown are let go, so that a pool stays
     * small.
     */
    public void clear() {
        if (bytes.length > KEPT_BYTES || bytes.length < INITIAL_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        int fields = words.length / WORDS;
        if (fields > 4 * INITIAL_FIELDS || fields < INITIAL_FIELDS) {
            words = new int[INITIAL_FIELDS * WORDS];
        }
        length = 0;
        count = 0;
        seen = 0;
    }

    // What the parsers of this room need.

    int length() {
        return length;
    }

    void length(int newLength) {
        length = newLength;
    }

    /** One bit for each id that was ever added since {@link #clear()}. */
    long seen() {
        return seen;
    }

    /** Makes room for {@code more} bytes behind {@link #length()}. */
    void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /** Records a field whose bytes are in the store and checked. */
    void append(
            int id,
            int nameOffset,
            int nameLength,
            int valueOffset,
            int valueLength,
            boolean verbatim) {
        int at = count * WORDS;
        if (at == words.length) {
            words = Arrays.copyOf(words, at * 2);
        }
        words[at] = nameOffset;
        words[at + 1] = nameLength | (id << ID_SHIFT) | (verbatim ? VERBATIM : 0);
        words[at + 2] = valueOffset;
        words[at + 3] = valueLength;
        count++;
        seen |= Field.bit(id);
    }

    /** Drops the first bytes of a value; its line has to be written anew. */
    void dropValuePrefix(int i, int dropped) {
        words[i * WORDS + 1] &= ~VERBATIM;
        words[i * WORDS + 2] += dropped;
        words[i * WORDS + 3] -= dropped;
    }

    int skipBlanks(int from, int end) {
        int i = from;
        while (i < end && Octets.isBlank(bytes[i])) {
            i++;
        }
        return i;
    }

    int trimBlanks(int start, int end) {
        int i = end;
        while (i > start && Octets.isBlank(bytes[i - 1])) {
            i--;
        }
        return i;
    }

    static void requireToken(byte[] name) {
        boolean token = name.length > 0 && name.length <= MAX_NAME;
        for (int i = 0; token && i < name.length; i++) {
            token = Octets.TOKEN[name[i] & 0xff] != 0;
        }
        if (!token) {
            throw new IllegalArgumentException(
                    "field name: " + new String(name, ISO_8859_1) + " (expected: a token)");
        }
    }

    private static byte[] octets(CharSequence text) {
        byte[] octets = new byte[text.length()];
        for (int i = 0; i < octets.length; i++) {
            char c = text.charAt(i);
            if (c > 0xff) {
                throw new IllegalArgumentException(
                        "field text: U+"
                                + Integer.toHexString(c)
                                + " (expected: one byte characters)");
            }
            octets[i] = (byte) c;
        }
        return octets;
    }
}
