package dev.sallyport.acme.certificate;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told. */
public final class RecordingListener implements CertificateListener {
    public final List<KeyMaterial> served = new ArrayList<>();
    public final List<String> problems = new ArrayList<>();

    @Override
    public void served(String source, KeyMaterial material) {
        served.add(material);
    }

    @Override
    public void problem(String source, String reason) {
        problems.add(reason);
    }
}
