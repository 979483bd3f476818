package dev.sallyport.acme.issue;

import dev.sallyport.acme.issue.CaException.Kind;
import dev.sallyport.acme.json.Json;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Failures of the library and problems of authorities as what they call for. */
final class Failures {
    private static final int LONGEST = 500;

    private Failures() {}

    /** The failure of one step; an authority's problem keeps its words. */
    static CaException of(String what, Exception failure) {
        if (failure instanceof AcmeServerException problem) {
            return new CaException(
                    kind(type(problem)),
                    what + ": " + type(problem) + ": " + shortened(problem.getMessage()),
                    problem instanceof AcmeRateLimitedException limited
                            ? limited.getRetryAfter().orElse(null)
                            : null,
                    failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BoundedConnection.Unavailable unavailable) {
                return new CaException(
                        Kind.NETWORK,
                        what + ": " + unavailable.getMessage(),
                        unavailable.retryAfter(),
                        failure);
            }
            if (cause instanceof InterruptedIOException) {
                return new CaException(Kind.LOCAL, what + ": interrupted", null, failure);
            }
        }
        Throwable told = failure;
        while (told.getCause() != null
                && told instanceof org.shredzone.acme4j.exception.AcmeException) {
            told = told.getCause();
        }
        var message = told.getMessage();
        return new CaException(
                Kind.NETWORK,
                what
                        + ": "
                        + shortened(message == null ? told.getClass().getSimpleName() : message),
                null,
                failure);
    }

    /** Whether an address that the directory gave is not one, or not any more. */
    static boolean isUnknownAddress(AcmeServerException problem) {
        return type(problem).equals("malformed");
    }

    /** A problem document in one line, with those inside it. */
    static String text(Map<String, @Nullable Object> problem) {
        var text = new StringBuilder();
        var type = Json.text(problem, "type");
        if (type != null) {
            text.append(type.substring(type.lastIndexOf(':') + 1)).append(": ");
        }
        var detail = Json.text(problem, "detail");
        text.append(detail == null ? "no detail" : detail);
        for (var each : Json.objects(problem, "subproblems")) {
            text.append("; ").append(text(new LinkedHashMap<>(each)));
        }
        return shortened(text.toString());
    }

    private static String type(AcmeServerException problem) {
        var type = String.valueOf(problem.getType());
        return type.substring(type.lastIndexOf(':') + 1);
    }

    private static Kind kind(String type) {
        return switch (type) {
            case "rateLimited" -> Kind.RATE_LIMITED;
            case "accountDoesNotExist" -> Kind.ACCOUNT;
            case "dns", "connection", "unauthorized", "tls", "caa", "incorrectResponse" ->
                    Kind.VALIDATION;
            case "userActionRequired",
                    "externalAccountRequired",
                    "rejectedIdentifier",
                    "unsupportedIdentifier",
                    "unsupportedContact",
                    "invalidContact",
                    "invalidProfile",
                    "badCSR",
                    "badPublicKey",
                    "badSignatureAlgorithm" ->
                    Kind.HUMAN;
            case "orderNotReady", "malformed", "alreadyReplaced", "notFound" -> Kind.ORDER;
            default -> Kind.NETWORK; // serverInternal, badNonce after ten times, unknown ones
        };
    }

    /** What a stranger wrote, on one line and not endless. */
    static String shortened(@Nullable String given) {
        var text = given == null ? "no reason given" : given;
        var plain = new StringBuilder();
        for (int i = 0; i < text.length() && plain.length() < LONGEST; i++) {
            char c = text.charAt(i);
            plain.append(c < ' ' || c == 0x7f ? ' ' : c);
        }
        return plain.toString();
    }
}
