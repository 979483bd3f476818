package dev.sallyport.core.tls.mutual;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who the edge is towards endpoints that ask for a certificate. */
public interface EdgeKey {
    /**
     * The key and its chain as they are now. Blocking; cheap when nothing changed.
     *
     * @throws UnusableCertificateException when they cannot be used; what was used before stays
     */
    KeyMaterial current() throws UnusableCertificateException;

    /** The one of two files, read again when they change. */
    static EdgeKey ofFiles(Path certificateFile, Path keyFile, Clock clock) {
        return new Files(certificateFile, keyFile, clock);
    }

    /** Issues keys to the edge by names. */
    interface Issuer {
        /** The key of these names as it is now, renewed when due. Blocking. */
        KeyMaterial current(List<String> names) throws UnusableCertificateException;
    }

    /** A key and its chain in files. */
    final class Files implements EdgeKey {
        private final Path certificateFile;
        private final Path keyFile;
        private final Clock clock;
        private @Nullable FileStamp certificate;
        private @Nullable FileStamp key;
        private @Nullable KeyMaterial read;

        private Files(Path certificateFile, Path keyFile, Clock clock) {
            this.certificateFile = certificateFile;
            this.keyFile = keyFile;
            this.clock = clock;
        }

        @Override
        public KeyMaterial current() throws UnusableCertificateException {
            FileStamp certificateNow = FileStamp.of(certificateFile);
            FileStamp keyNow = FileStamp.of(keyFile);
            KeyMaterial present = read;
            if (present == null
                    || !certificateNow.equals(certificate)
                    || !keyNow.equals(key)
                    || certificateNow.isYoung(clock.instant())
                    || keyNow.isYoung(clock.instant())) {
                read = null; // a pair that cannot be read is looked at again
                present = Pem.readClient(certificateFile, keyFile);
                read = present;
                certificate = certificateNow;
                key = keyNow;
            }
            if (clock.instant().isAfter(present.notAfter())) {
                throw new UnusableCertificateException(
                        certificateFile
                                + ": expired "
                                + present.notAfter()
                                + " (expected: a renewed certificate)");
            }
            return present;
        }
    }
}
