package dev.sallyport.core.docker;

import dev.sallyport.core.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A private authority and certificates of it, made by openssl as an operator would. */
record TestAuthority(Path folder, String name) {
    static TestAuthority create(Path folder, String name) throws IOException, InterruptedException {
        Tool.require("openssl");
        var authority = new TestAuthority(folder, name);
        RealEngine.run(
                List.of(
                        "openssl",
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
                        authority.key(name),
                        "-out",
                        authority.certificate(name)));
        return authority;
    }

    /** Makes {@code NAME.pem} and {@code NAME.key} for this machine's loopback address. */
    void issue(String leaf) throws IOException, InterruptedException {
        issue(leaf, "127.0.0.1");
    }

    void issue(String leaf, String address) throws IOException, InterruptedException {
        Path request = folder.resolve(leaf + ".csr");
        Path extensions = folder.resolve(leaf + ".ext");
        Files.writeString(extensions, "subjectAltName=IP:" + address + "\n");
        RealEngine.run(
                List.of(
                        "openssl",
                        "req",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-subj",
                        "/CN=" + leaf,
                        "-keyout",
                        key(leaf),
                        "-out",
                        request.toString()));
        RealEngine.run(
                List.of(
                        "openssl",
                        "x509",
                        "-req",
                        "-in",
                        request.toString(),
                        "-CA",
                        certificate(name),
                        "-CAkey",
                        key(name),
                        "-CAcreateserial",
                        "-days",
                        "2",
                        "-extfile",
                        extensions.toString(),
                        "-out",
                        certificate(leaf)));
    }

    String certificate(String of) {
        return folder.resolve(of + ".pem").toString();
    }

    String key(String of) {
        return folder.resolve(of + ".key").toString();
    }
}
