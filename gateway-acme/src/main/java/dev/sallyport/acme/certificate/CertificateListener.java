package dev.sallyport.acme.certificate;

/** Who is told what becomes of certificates; called on control threads, once per change. */
public interface CertificateListener {
    /** A certificate is served from now on; {@code source} says where it comes from. */
    void served(String source, KeyMaterial material);

    /** Something is wrong there; what was served before still is. */
    void problem(String source, String reason);
}
