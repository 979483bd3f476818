package dev.sallyport.core.observe.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counters of one loop in rows by index (a route, an upstream) and columns by meaning; one writer,
 * any readers.
 *
 * <p>A row comes into being with its first count. Readers may be some counts behind, never see a
 * torn one.
 */
final class CounterTable {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final VarHandle ROWS;

    static {
        try {
            ROWS = MethodHandles.lookup().findVarHandle(CounterTable.class, "rows", long[][].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int columns;
    private long[][] rows = new long[16][];

    CounterTable(int columns) {
        this.columns = columns;
    }

    int columns() {
        return columns;
    }

    /** Writer only. */
    void add(int index, int column, long delta) {
        add(row(index), column, delta);
    }

    /** For several counts of one row without finding it again. Writer only. */
    static void add(long[] row, int column, long delta) {
        CELL.setOpaque(row, column, row[column] + delta);
    }

    /** Writer only. */
    long[] row(int index) {
        long[][] known = rows;
        if (index < known.length) {
            long[] row = known[index];
            if (row != null) {
                return row;
            }
        }
        return newRow(index);
    }

    private long[] newRow(int index) {
        long[][] grown = rows;
        if (index >= grown.length) {
            grown = new long[Math.max(index + 1, 2 * grown.length)][];
            System.arraycopy(rows, 0, grown, 0, rows.length);
            ROWS.setRelease(this, grown);
        }
        long[] row = new long[columns];
        ROW.setRelease(grown, index, row);
        return row;
    }

    /** Adds this loop's counts of a row to the totals; any thread. */
    void sum(int index, long[] totals) {
        long[][] known = (long[][]) ROWS.getAcquire(this);
        if (index >= known.length) {
            return;
        }
        long[] row = (long[]) ROW.getAcquire(known, index);
        if (row == null) {
            return;
        }
        for (int i = 0; i < columns; i++) {
            totals[i] += (long) CELL.getOpaque(row, i);
        }
    }
}
