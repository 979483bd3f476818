package dev.sallyport.core.downstream.http3;

/**
 * The code of RFC 7541 appendix B, which QPACK shares. It is canonical: the lengths of its codes
 * say all, since codes of one length follow each other in the order of their symbols.
 */
final class Huffman {
    private static final int END = 256;
    private static final int LONGEST = 30;

    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, //
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, //
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, //
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, //
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, //
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, //
        30
    };

    /** Symbols by the length of their code, then by their value. */
    private static final short[] SYMBOLS = new short[LENGTHS.length];

    /** The first code of each length, how many there are, and where their symbols begin. */
    private static final int[] FIRST = new int[LONGEST + 1];

    private static final int[] COUNT = new int[LONGEST + 1];
    private static final int[] START = new int[LONGEST + 1];

    static {
        int code = 0;
        int at = 0;
        for (int length = 1; length <= LONGEST; length++) {
            code <<= 1;
            FIRST[length] = code;
            START[length] = at;
            for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == length) {
                    SYMBOLS[at++] = (short) symbol;
                }
            }
            COUNT[length] = at - START[length];
            code += COUNT[length];
        }
    }

    private Huffman() {}

    /** The most bytes that so many of the code may turn into. */
    static int longest(int codeBytes) {
        return codeBytes * 8 / 5 + 1;
    }

    /**
     * Decodes {@code [from, end)} into {@code out}, which has room for {@link #longest}.
     *
     * @return the end of what was written, or -1 when the code is wrong
     */
    static int decode(byte[] in, int from, int end, byte[] out, int outFrom) {
        int to = outFrom;
        int code = 0;
        int length = 0;
        for (int i = from; i < end; i++) {
            int bits = in[i];
            for (int bit = 7; bit >= 0; bit--) {
                code = code << 1 | (bits >>> bit & 1);
                length++;
                if (code - FIRST[length] < COUNT[length]) {
                    int symbol = SYMBOLS[START[length] + code - FIRST[length]];
                    if (symbol == END) {
                        return -1; // RFC 7541 5.2
                    }
                    out[to++] = (byte) symbol;
                    code = 0;
                    length = 0;
                } else if (length == LONGEST) {
                    return -1;
                }
            }
        }
        // RFC 7541 5.2: the rest is the beginning of END, all ones, and shorter than a byte.
        return length < 8 && code == (1 << length) - 1 ? to : -1;
    }
}
