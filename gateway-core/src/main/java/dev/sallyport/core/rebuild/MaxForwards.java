package dev.sallyport.core.rebuild;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.core.http.Field;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.Method;
import dev.sallyport.core.http.RequestHead;

/**
 * How many more proxies a request may pass: RFC 9110 7.6.2. It counts for OPTIONS alone, since
 * TRACE is refused. A value that is no number says nothing and is passed on.
 */
public final class MaxForwards {
    private static final byte[] NAME = "max-forwards".getBytes(ISO_8859_1);

    /** More than any chain of proxies; what is larger becomes it. */
    private static final int MOST = 1000;

    private MaxForwards() {}

    /** Whether the request is for this edge itself. */
    public static boolean isSpent(RequestHead head) {
        if (head.method() != Method.OPTIONS) {
            return false;
        }
        int i = head.fields().find(Field.MAX_FORWARDS);
        return i >= 0 && number(head.fields(), i) == 0;
    }

    /** Puts the number for the next hop in place of field {@code i}. */
    static void count(FieldTable fields, int i, Scratch scratch) {
        int left = number(fields, i);
        if (left > 0) {
            scratch.start().appendDecimal(left - 1);
            fields.remove(i);
            fields.add(NAME, scratch.bytes(), 0, scratch.length());
        }
    }

    /** The number, or -1. */
    private static int number(FieldTable fields, int i) {
        int number = -1;
        int end = fields.valueOffset(i) + fields.valueLength(i);
        for (int at = fields.valueOffset(i); at < end; at++) {
            int digit = fields.bytes()[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = Math.min(MOST, Math.max(number, 0) * 10 + digit);
        }
        return number;
    }
}
