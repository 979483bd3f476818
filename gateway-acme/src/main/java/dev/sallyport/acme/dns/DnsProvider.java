package dev.sallyport.acme.dns;

import java.io.IOException;

/**
 * Sets TXT records somewhere. Values are added, never put in place of others: a wildcard and its
 * parent share one name, and so may two edges. Blocking.
 */
interface DnsProvider {
    void present(TxtRecord record) throws IOException, InterruptedException;

    /** Takes away this value, and no other. */
    void remove(TxtRecord record) throws IOException, InterruptedException;

    /**
     * One record.
     *
     * @param name {@code _acme-challenge.} and the identifier, with a trailing dot
     * @param target where CNAMEs lead from there; the same without any
     */
    record TxtRecord(String name, String target, String value) {
        /** The identifier that is proven. */
        String identifier() {
            return name.substring(DnsSolver.PREFIX.length(), name.length() - 1);
        }

        @Override
        public String toString() {
            return "TXT " + target;
        }
    }
}
