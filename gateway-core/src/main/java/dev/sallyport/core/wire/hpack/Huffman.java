package dev.sallyport.core.wire.hpack;

/**
 * The Huffman code of RFC 7541 Appendix B. It is canonical: the lengths of the codes say all, codes
 * of one length follow each other in the order of their symbols.
 */
final class Huffman {
    /** What {@link #decode} answers for a string that no encoder writes. */
    static final int BROKEN = -1;

    /** Symbol by symbol, the last one is EOS: a length of 5 is F. */
    private static final String LENGTHS =
            "NX]]]]]]]Y_]]_]]]]]]]]_]]]]]]]]]GKKMNGILKKILIGGGFFFGGGGGGGHIPGMKN"
                    + "GHHHHHHHHHHHHHHHHHHHHHHIHINTNOGPFGFGFGGGFHHGGGFGHGFFGHHHHHPLON]UW"
                    + "UUWWWXWXXXXXYXYYWXYXXXXVWXWXXYWVUWWXXVXWWYVWXXVVWVXWXXUWWWXWWX[[U"
                    + "TWXWZ[[[\\\\[YZTV[\\\\[\\YVV[[]\\\\\\UYUVWVVXWWZZYY[X[\\[[\\\\\\\\\\]\\\\\\\\\\[_";

    private static final int LONGEST = 30;
    private static final int EOS = 256;
    private static final int FAST = 8;

    private static final int[] FIRST_CODE = new int[LONGEST + 1];
    private static final int[] COUNT = new int[LONGEST + 1];
    private static final int[] FIRST_PLACE = new int[LONGEST + 1];
    private static final int[] SYMBOLS = new int[EOS + 1];

    /** By the next eight bits: length and symbol of a code that is not longer, else 0. */
    private static final int[] SHORT = new int[1 << FAST];

    static {
        int code = 0;
        int place = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            FIRST_CODE[length] = code;
            FIRST_PLACE[length] = place;
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' != length) {
                    continue;
                }
                if (length <= FAST) {
                    int from = code << (FAST - length);
                    int to = (code + 1) << (FAST - length);
                    for (int bits = from; bits < to; bits++) {
                        SHORT[bits] = length << 16 | symbol;
                    }
                }
                SYMBOLS[place++] = symbol;
                COUNT[length]++;
                code++;
            }
        }
    }

    private Huffman() {}

    /** The most bytes that {@code length} encoded ones can stand for. */
    static int longest(int length) {
        return length * 8 / 5 + 1;
    }

    /**
     * Decodes {@code [from, end)}; the caller has made room.
     *
     * @return the end of what was written to {@code out}, or {@link #BROKEN}
     */
    static int decode(byte[] in, int from, int end, byte[] out, int at) {
        long bits = 0;
        int left = 0;
        int to = at;
        for (int i = from; i < end; i++) {
            bits = bits << 8 | (in[i] & 0xff);
            left += 8;
            while (left >= FAST) {
                int found = SHORT[(int) (bits >>> (left - FAST)) & 0xff];
                if (found == 0) {
                    found = longCode(bits, left);
                }
                if (found == 0) {
                    break;
                }
                if ((found & 0xffff) == EOS) {
                    return BROKEN;
                }
                out[to++] = (byte) found;
                left -= found >>> 16;
            }
            if (left >= LONGEST) {
                return BROKEN;
            }
        }
        return rest(bits, left, out, to);
    }

    private static int longCode(long bits, int left) {
        int most = Math.min(left, LONGEST);
        for (int length = FAST + 1; length <= most; length++) {
            int code = (int) (bits >>> (left - length)) & ((1 << length) - 1);
            int place = code - FIRST_CODE[length];
            if (place >= 0 && place < COUNT[length]) {
                return length << 16 | SYMBOLS[FIRST_PLACE[length] + place];
            }
        }
        return 0;
    }

    /** RFC 7541 5.2: what is left is the beginning of EOS, shorter than a byte. */
    private static int rest(long bits, int left, byte[] out, int at) {
        int to = at;
        int count = left;
        while (count > 0 && count < FAST) {
            int ones = (1 << count) - 1;
            int next = (int) bits & ones;
            if (next == ones) {
                return to;
            }
            int padding = FAST - count;
            int found = SHORT[next << padding | ((1 << padding) - 1)];
            if (found == 0 || found >>> 16 > count) {
                return BROKEN;
            }
            out[to++] = (byte) found;
            count -= found >>> 16;
        }
        return count == 0 ? to : BROKEN;
    }
}
