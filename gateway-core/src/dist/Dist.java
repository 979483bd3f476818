import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Lays out the distribution: {@code java Dist.java FILES JARS OUT}.
 *
 * <p>FILES holds the launcher and the JVM's flags, JARS the product's jars; OUT is made anew. The
 * Java that runs this becomes the distribution's own, so it must be of the platform the
 * distribution is for.
 */
final class Dist {
    /** What the product and its libraries use of the JDK, no more. */
    private static final String MODULES =
            String.join(
                    ",",
                    "java.base",
                    "java.logging", // slf4j-jdk14
                    "java.naming", // dnsjava, BoringSSL's trust manager
                    "java.net.http", // OpenTelemetry's exporter, ACME
                    "java.management", // memory figures
                    "jdk.management",
                    "jdk.httpserver", // the sample endpoints of demo and train
                    "jdk.net", // who reads the guard's feed
                    "jdk.jfr", // Netty's allocator links to it, even when switched off
                    "jdk.unsupported", // Netty
                    "jdk.zipfs");

    /**
     * Providers whose modules are in the image. The others would be looked for along the class
     * path, which starts Bouncy Castle.
     */
    private static final List<String> PROVIDERS =
            List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

    /** Where Debian keeps the public authorities apart from those the machine's owner added. */
    private static final Path PUBLIC_AUTHORITIES = Path.of("/usr/share/ca-certificates/mozilla");

    private final Path files;
    private final Path jars;
    private final Path out;
    private final Path lib;

    private Dist(Path files, Path jars, Path out) {
        this.files = files;
        this.jars = jars;
        this.out = out;
        this.lib = out.resolve("lib");
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            throw new IllegalArgumentException(
                    "arguments: " + args.length + " (expected: FILES JARS OUT)");
        }
        Dist dist = new Dist(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]).toAbsolutePath());
        dist.clear();
        dist.copyJars();
        dist.linkRuntime();
        dist.keepProviders();
        dist.keepPublicAuthorities();
        dist.copyLauncher();
        dist.trainCache();
    }

    private void clear() throws IOException {
        if (Files.exists(out)) {
            try (Stream<Path> files = Files.walk(out)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(lib.resolve("native"));
    }

    /** Jars as they are; of the jars with native code, the code alone and this platform's only. */
    private void copyJars() throws IOException {
        String platform = "-linux-" + architecture() + ".jar";
        try (Stream<Path> files = Files.list(jars)) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                String name = jar.getFileName().toString();
                if (name.endsWith(platform)) {
                    unpackNative(jar);
                } else if (!name.contains("-linux-")) {
                    Files.copy(jar, lib.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "aarch_64";
            case String other ->
                    throw new IllegalStateException(
                            "architecture: " + other + " (expected: amd64 or aarch64)");
        };
    }

    private void unpackNative(Path jar) throws IOException {
        try (var zip = FileSystems.newFileSystem(jar);
                Stream<Path> files = Files.list(zip.getPath("META-INF/native"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".so")).toList()) {
                Files.copy(file, lib.resolve("native").resolve(file.getFileName().toString()));
            }
        }
    }

    private void linkRuntime() {
        int exit =
                ToolProvider.findFirst("jlink")
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "this Java has no jlink: "
                                                + System.getProperty("java.home")))
                        .run(
                                System.out,
                                System.err,
                                "--add-modules",
                                MODULES,
                                "--no-header-files",
                                "--no-man-pages",
                                "--compress",
                                "zip-6",
                                "--output",
                                out.resolve("runtime").toString());
        if (exit != 0) {
            throw new IllegalStateException("jlink: exit " + exit + " (expected: 0)");
        }
    }

    private void keepProviders() throws IOException {
        Path file = out.resolve("runtime/conf/security/java.security");
        List<String> lines = new ArrayList<>();
        int kept = 0;
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("security.provider.")) {
                lines.add(line);
            } else if (PROVIDERS.contains(line.substring(line.indexOf('=') + 1).strip())) {
                kept++;
                lines.add(
                        "security.provider." + kept + "=" + line.substring(line.indexOf('=') + 1));
            }
        }
        if (kept != PROVIDERS.size()) {
            throw new IllegalStateException(
                    "providers kept in " + file + ": " + kept + " (expected: " + PROVIDERS + ")");
        }
        Files.write(file, lines);
    }

    /**
     * A JDK packaged by the system takes the machine's authorities, private ones too, and jlink
     * copies them. They stay here.
     */
    private void keepPublicAuthorities() throws IOException, GeneralSecurityException {
        Path home = Path.of(System.getProperty("java.home")).toRealPath();
        if (home.resolve("lib/security/cacerts").toRealPath().startsWith(home)) {
            return; // the JDK's own list
        }
        if (!Files.isDirectory(PUBLIC_AUTHORITIES)) {
            throw new IllegalStateException(
                    "the JDK's cacerts are this machine's, and "
                            + PUBLIC_AUTHORITIES
                            + " is not here to tell which are public (package: ca-certificates)");
        }
        Set<Certificate> known = publicAuthorities();
        Path file = out.resolve("runtime/lib/security/cacerts");
        KeyStore machine = KeyStore.getInstance(file.toFile(), (char[]) null);
        KeyStore kept = KeyStore.getInstance("PKCS12");
        kept.load(null, null);
        for (String alias : Collections.list(machine.aliases())) {
            if (known.contains(machine.getCertificate(alias))) {
                kept.setCertificateEntry(alias, machine.getCertificate(alias));
            }
        }
        System.out.printf("authorities kept: %d of %d%n", kept.size(), machine.size());
        Files.delete(file);
        try (var stream = Files.newOutputStream(file)) {
            kept.store(stream, null);
        }
    }

    private static Set<Certificate> publicAuthorities()
            throws IOException, GeneralSecurityException {
        CertificateFactory x509 = CertificateFactory.getInstance("X.509");
        Set<Certificate> known = new HashSet<>();
        try (Stream<Path> files = Files.list(PUBLIC_AUTHORITIES)) {
            for (Path file : files.toList()) {
                try (InputStream stream = Files.newInputStream(file)) {
                    known.add(x509.generateCertificate(stream));
                }
            }
        }
        return known;
    }

    private void copyLauncher() throws IOException {
        Files.copy(files.resolve("jvm.options"), lib.resolve("jvm.options"));
        Path launcher = Files.createDirectories(out.resolve("bin")).resolve("sallyport");
        Files.copy(files.resolve("sallyport"), launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * The product's own training run: it serves itself real requests, and the JVM writes down what
     * it loaded and compiled.
     */
    private void trainCache() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path cache = lib.resolve("sallyport.aot");
        int exit =
                new ProcessBuilder(
                                out.resolve("runtime/bin/java").toString(),
                                "@" + lib.resolve("jvm.options"),
                                "-XX:AOTCacheOutput=" + cache,
                                "-Djava.library.path=" + lib.resolve("native"),
                                "-jar",
                                lib.resolve("sallyport.jar").toString(),
                                "train")
                        .inheritIO()
                        .start()
                        .waitFor();
        if (exit != 0 || !Files.exists(cache)) {
            throw new IllegalStateException(
                    "training run: exit "
                            + exit
                            + ", cache "
                            + (Files.exists(cache) ? "written" : "missing")
                            + " (expected: exit 0, cache written)");
        }
        System.out.printf(
                "AOT cache: %d MB in %d ms%n",
                Files.size(cache) >> 20, (System.nanoTime() - start) / 1_000_000);
    }
}
