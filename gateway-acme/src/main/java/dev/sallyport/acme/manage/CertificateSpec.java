package dev.sallyport.acme.manage;

import dev.sallyport.acme.storage.CertificateId;
import java.util.List;
import java.util.TreeSet;

/**
 * One certificate to be had: the names it is to be for, sorted.
 *
 * @param id of the folder it is kept in; made of the names alone
 */
public record CertificateSpec(String id, List<String> names) {
    public CertificateSpec {
        names = List.copyOf(names);
    }

    /** One for these names, in any order. */
    public static CertificateSpec of(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("names: none (expected: at least one)");
        }
        return new CertificateSpec(CertificateId.of(names), List.copyOf(new TreeSet<>(names)));
    }
}
