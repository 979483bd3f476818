package dev.sallyport.acme.challenge;

/** The kinds of challenges there are solvers for. */
public enum ChallengeType {
    HTTP_01("http-01"),
    TLS_ALPN_01("tls-alpn-01"),
    DNS_01("dns-01"),
    DNS_PERSIST_01("dns-persist-01");

    private final String word;

    ChallengeType(String word) {
        this.word = word;
    }

    /** Whether a record proves it: of a wildcard too, and never of an address. */
    public boolean isOfDns() {
        return this == DNS_01 || this == DNS_PERSIST_01;
    }

    /** As authorities and operators write it. */
    public String word() {
        return word;
    }
}
