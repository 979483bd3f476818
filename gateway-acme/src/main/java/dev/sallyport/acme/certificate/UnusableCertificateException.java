package dev.sallyport.acme.certificate;

/**
 * A certificate or key that cannot be served: the message says where, why and what was expected.
 */
public final class UnusableCertificateException extends Exception {
    private static final long serialVersionUID = 1;

    public UnusableCertificateException(String message) {
        super(message);
    }

    public UnusableCertificateException(String message, Throwable cause) {
        super(message, cause);
    }
}
