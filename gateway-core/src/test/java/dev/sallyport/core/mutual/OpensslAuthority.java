package dev.sallyport.core.mutual;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A private authority made by openssl, as an operator would. */
public record OpensslAuthority(Path folder, String name) {
    /** One that signs itself; {@code more} are options of openssl req. */
    public static OpensslAuthority create(Path folder, String name, String... more)
            throws Exception {
        var authority = new OpensslAuthority(folder, name);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:prime256v1",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=" + name,
                                "-keyout",
                                authority.key(name).toString(),
                                "-out",
                                authority.certificate(name).toString()));
        command.addAll(List.of(more));
        openssl(command.toArray(String[]::new));
        return authority;
    }

    /**
     * Makes {@code NAME.pem} and {@code NAME.key}; {@code extensions} as openssl's -extfile has.
     */
    public void issue(String leaf, String extensions) throws Exception {
        Path request = folder.resolve(leaf + ".csr");
        Path file = folder.resolve(leaf + ".ext");
        Files.writeString(file, extensions + "\n");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=" + leaf,
                "-keyout",
                key(leaf).toString(),
                "-out",
                request.toString());
        openssl(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                certificate(name).toString(),
                "-CAkey",
                key(name).toString(),
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                file.toString(),
                "-out",
                certificate(leaf).toString());
    }

    public Path certificate(String of) {
        return folder.resolve(of + ".pem");
    }

    public Path key(String of) {
        return folder.resolve(of + ".key");
    }

    static String openssl(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Tool.require("openssl").toString());
        command.addAll(List.of(options));
        return Program.run(command).require();
    }
}
