import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

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

    private static final Pattern BOUNCY_CASTLE =
            Pattern.compile("org[/.]bouncycastle[/.][\\w$/.]+");

    /** What is made here bears one time, so that two builds are equal. */
    private static final LocalDateTime SINCE = LocalDateTime.of(1980, 2, 1, 0, 0);

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
        dist.trimCryptography();
        dist.linkRuntime();
        dist.stripSymbols();
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

    /**
     * Of Bouncy Castle two hashes are used, of its nine megabytes half of one. What stays is what
     * the product's classes name, and what those name. It is unsigned then, so that the cache takes
     * it and no start checks thousands of digests.
     */
    private void trimCryptography() throws IOException {
        Path whole = null;
        Deque<String> named = new ArrayDeque<>();
        try (Stream<Path> files = Files.list(lib)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                String name = jar.getFileName().toString();
                if (name.startsWith("bcprov-")) {
                    whole = jar;
                } else if (name.equals("sallyport.jar") || name.startsWith("gateway-")) {
                    addNamed(jar, named);
                }
            }
        }
        if (whole == null || named.isEmpty()) {
            throw new IllegalStateException(
                    "Bouncy Castle: " + whole + ", named " + named + " (expected: in use)");
        }
        FileTime time = Files.getLastModifiedTime(whole);
        Path part = out.resolve("part.jar");
        int kept = copyNamed(whole, named, part);
        Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(whole, time);
        System.out.printf("Bouncy Castle: %d classes, %d KB%n", kept, Files.size(whole) >> 10);
    }

    private static void addNamed(Path jar, Deque<String> named) throws IOException {
        try (JarFile open = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(open.entries())) {
                if (entry.getName().endsWith(".class")) {
                    addNamed(open.getInputStream(entry).readAllBytes(), named);
                }
            }
        }
    }

    /** Every mention counts: in code, in a description, in a text that may become a name. */
    private static void addNamed(byte[] type, Deque<String> named) {
        for (PoolEntry entry : ClassFile.of().parse(type).constantPool()) {
            if (entry instanceof Utf8Entry text) {
                BOUNCY_CASTLE
                        .matcher(text.stringValue())
                        .results()
                        .forEach(found -> named.add(found.group().replace('.', '/')));
            }
        }
    }

    /** Copies each class in its version for this Java. */
    private static int copyNamed(Path whole, Deque<String> named, Path part) throws IOException {
        Set<String> kept = new HashSet<>();
        try (JarFile from =
                        new JarFile(whole.toFile(), false, JarFile.OPEN_READ, Runtime.version());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(part))) {
            to.setLevel(Deflater.BEST_COMPRESSION);
            while (!named.isEmpty()) {
                String name = named.pop();
                JarEntry entry = from.getJarEntry(name + ".class");
                if (entry != null && kept.add(name)) {
                    byte[] type = from.getInputStream(entry).readAllBytes();
                    ZipEntry copy = new ZipEntry(name + ".class");
                    copy.setTimeLocal(SINCE);
                    to.putNextEntry(copy);
                    to.write(type);
                    addNamed(type, named);
                }
            }
        }
        return kept.size();
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

    /** The names of functions inside of native code: seven megabytes that only debuggers read. */
    private void stripSymbols() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("strip", "--strip-unneeded"));
        try (Stream<Path> files = Files.walk(out)) {
            files.filter(file -> file.toString().endsWith(".so"))
                    .map(Path::toString)
                    .forEach(command::add);
        }
        try {
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("strip: exit " + exit + " (expected: 0)");
            }
        } catch (IOException e) {
            System.err.println(
                    "native code keeps its symbols, which takes 7 MB (package: binutils): "
                            + e.getMessage());
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
