package dev.sallyport.acme.trust;

import dev.sallyport.acme.certificate.FileStamp;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.certificate.UnusableCertificateException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The authorities of some files, looked at again now and then. A file that is missing, broken or
 * expired stands for nobody.
 *
 * <p>One that was good and is found bad is believed at the second look only: it may just be being
 * written. Blocking; control threads.
 */
public final class AuthorityFiles {
    private final List<Path> files;
    private final Clock clock;
    private final Map<Path, State> states = new LinkedHashMap<>();
    private Authorities current = Authorities.NONE;

    private AuthorityFiles(List<Path> files, Clock clock) {
        this.files = List.copyOf(files);
        this.clock = clock;
    }

    /** Reads the files. Never fails: see {@link #problems}. */
    public static AuthorityFiles open(List<Path> files, Clock clock) {
        AuthorityFiles opened = new AuthorityFiles(files, clock);
        opened.refresh();
        return opened;
    }

    /** Whose they are. */
    public List<Path> files() {
        return files;
    }

    /** Those of all files, as read last. */
    public synchronized Authorities current() {
        return current;
    }

    /** What is wrong at present, one line a file. */
    public synchronized List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (State state : states.values()) {
            String problem = state.problem;
            if (problem != null) {
                problems.add(problem);
            }
        }
        return problems;
    }

    /** Looks at the files again; true when other authorities hold than before. */
    public synchronized boolean refresh() {
        List<X509Certificate> all = new ArrayList<>();
        for (Path file : files) {
            State state = states.computeIfAbsent(file, _ -> new State());
            look(file, state);
            all.addAll(state.authorities);
        }
        Authorities next = Authorities.of(all);
        boolean isOther = !next.digest().equals(current.digest());
        current = next;
        return isOther;
    }

    private void look(Path file, State state) {
        try {
            FileStamp stamp = FileStamp.of(file);
            if (!stamp.equals(state.stamp) || state.isDoubted || state.isYoung(clock)) {
                state.read = read(file);
                state.stamp = stamp;
            }
            state.authorities = valid(file, state.read, clock.instant());
            state.problem = null;
            state.isDoubted = false;
        } catch (UnusableCertificateException e) {
            if (state.authorities.isEmpty() || state.isDoubted) {
                state.authorities = List.of();
                state.problem = e.getMessage();
            }
            state.isDoubted = true;
        }
    }

    private static List<X509Certificate> read(Path file) throws UnusableCertificateException {
        List<X509Certificate> read = Pem.certificates(file);
        for (int i = 0; i < read.size(); i++) {
            if (read.get(i).getBasicConstraints() < 0) {
                throw new UnusableCertificateException(
                        file
                                + ": certificate "
                                + (i + 1)
                                + " is "
                                + read.get(i).getSubjectX500Principal()
                                + ", no authority (expected: CA:TRUE)");
            }
        }
        return read;
    }

    private static List<X509Certificate> valid(Path file, List<X509Certificate> read, Instant now)
            throws UnusableCertificateException {
        List<X509Certificate> valid = new ArrayList<>();
        for (X509Certificate each : read) {
            if (!now.isAfter(each.getNotAfter().toInstant())) {
                valid.add(each);
            }
        }
        if (valid.isEmpty()) {
            X509Certificate first = read.getFirst();
            throw new UnusableCertificateException(
                    file
                            + ": "
                            + first.getSubjectX500Principal()
                            + " expired "
                            + first.getNotAfter().toInstant()
                            + " (expected: an authority that is valid)");
        }
        return valid;
    }

    private static final class State {
        private @Nullable FileStamp stamp;
        private List<X509Certificate> read = List.of();
        private List<X509Certificate> authorities = List.of();
        private @Nullable String problem;
        private boolean isDoubted;

        /** Whether the file may have changed since without looking changed: stamps are coarse. */
        boolean isYoung(Clock clock) {
            FileStamp read = stamp;
            return read == null || read.isYoung(clock.instant());
        }
    }
}
