package dev.sallyport.core.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** The way out of this network namespace, as the kernel tells it. */
final class DefaultGateway {
    private static final int DESTINATION = 1;
    private static final int GATEWAY = 2;

    private DefaultGateway() {}

    /** Its IPv4 address in network order; empty where there is none. */
    static byte[] read() {
        try {
            return find(Files.readString(Path.of("/proc/net/route")));
        } catch (IOException _) {
            return new byte[0];
        }
    }

    /** That of the first default route of a table as in proc(5), {@code net/route}. */
    static byte[] find(String table) {
        for (String line : table.split("\n", -1)) {
            String[] columns = line.split("\t", -1);
            if (columns.length > GATEWAY
                    && columns[DESTINATION].equals("00000000")
                    && columns[GATEWAY].matches("[0-9A-F]{8}")) {
                byte[] swapped = HexFormat.of().parseHex(columns[GATEWAY]);
                return new byte[] {swapped[3], swapped[2], swapped[1], swapped[0]};
            }
        }
        return new byte[0];
    }
}
