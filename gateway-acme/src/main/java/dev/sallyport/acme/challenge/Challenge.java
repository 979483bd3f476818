package dev.sallyport.acme.challenge;

/**
 * One challenge of an authority for one identifier.
 *
 * @param identifier a name in lower case, without the {@code *.} of a wildcard, or an address
 * @param token what an authority names the challenge by
 * @param authorization token and thumbprint of the account's key (RFC 8555 8.1); never logged. For
 *     {@code dns-persist-01} the record that the authority looks for, which is no secret
 */
public record Challenge(ChallengeType type, String identifier, String token, String authorization) {
    /** Without what proves the name. */
    @Override
    public String toString() {
        return "Challenge[" + type.word() + " " + identifier + "]";
    }
}
