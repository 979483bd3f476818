package dev.sallyport.config.check;

import dev.sallyport.config.check.rule.Report;
import dev.sallyport.config.check.rule.Rule;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.observe.AccessLog;
import dev.sallyport.config.model.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that settings name exist and can be read: a missing one must not open what it guards. */
final class FileRule implements Rule {
    @Override
    public void check(GatewayConfig config, Report report) {
        NamedFiles.visit(
                config,
                (file, path, mustExist) -> {
                    if (mustExist) {
                        file(file, path, report);
                    }
                });
        var target = config.accessLog().to();
        if (target.kind() == AccessLog.Target.Kind.FILE && target.file() != null) {
            var folder = target.file().getParent();
            if (folder == null || !Files.isDirectory(folder)) {
                report.error(
                        "access-log.to",
                        Problem.quote(target.file()),
                        "a file in a folder that exists");
            }
        }
    }

    private static void file(Path file, String path, Report report) {
        if (!Files.isRegularFile(file)) {
            report.error(path, Problem.quote(file), "a file that exists");
        } else if (!Files.isReadable(file)) {
            report.error(path, Problem.quote(file), "a file that can be read");
        }
    }
}
