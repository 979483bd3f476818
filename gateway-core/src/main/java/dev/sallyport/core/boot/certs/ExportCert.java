package dev.sallyport.core.boot.certs;

import dev.sallyport.acme.certificate.KeyMaterial;
import dev.sallyport.acme.certificate.Pem;
import dev.sallyport.acme.storage.AcmeFolder;
import dev.sallyport.acme.storage.CertificateStorage;
import dev.sallyport.core.boot.screen.Exit;
import dev.sallyport.core.boot.screen.Failure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code certs export}. */
@Command(
        name = "export",
        description = {
            "Write key and chain of a certificate as privkey.pem and fullchain.pem.",
            "Read from the storage folder, so that no key passes through the admin interface.",
        })
final class ExportCert implements Callable<Integer> {
    @Mixin private StorageFolder storage = new StorageFolder();

    @Parameters(paramLabel = "NAME", description = "An id of certs list, or a host name.")
    private String name = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FOLDER",
            description = "Where to; files that are there already are not replaced.")
    private Path to = Path.of("");

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        AcmeFolder folder = storage.open();
        try {
            KeyMaterial material = find(new CertificateStorage(folder));
            if (material == null) {
                throw new Failure(
                        Exit.PROBLEMS, name + ": not in " + folder.root() + " (see certs list)");
            }
            Files.createDirectories(to);
            write("privkey.pem", Pem.write(material.key()), "rw-------");
            write("fullchain.pem", Pem.write(material.chain()), "rw-r--r--");
            spec.commandLine()
                    .getOut()
                    .printf("%s: until %s, in %s%n", name, material.notAfter(), to);
            spec.commandLine().getOut().flush();
            return Exit.OK;
        } catch (FileAlreadyExistsException e) {
            throw new Failure(
                    Exit.PROBLEMS,
                    e.getMessage() + ": is there already (expected: another folder)");
        } catch (IOException | CertificateException e) {
            throw new Failure(Exit.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable KeyMaterial find(CertificateStorage certificates) throws IOException {
        for (String id : certificates.ids()) {
            CertificateStorage.Stored stored = certificates.load(id, new ArrayList<>());
            if (stored != null
                    && (id.equals(name)
                            || stored.material().names().contains(name.toLowerCase(Locale.ROOT)))) {
                return stored.material();
            }
        }
        return null;
    }

    private void write(String file, String content, String permissions) throws IOException {
        Path path = to.resolve(file);
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(path, content);
    }
}
