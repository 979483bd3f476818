package dev.sallyport.core.boot.inspect;

import dev.sallyport.config.audit.seen.Estate;
import dev.sallyport.config.audit.seen.Project;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import dev.sallyport.config.model.GatewayConfig;
import dev.sallyport.config.model.problem.Place;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.docker.ComposeLabels;
import dev.sallyport.config.read.ConfigReader;
import dev.sallyport.config.survey.ComposeFiles;
import dev.sallyport.core.filter.BuiltInFilters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels in compose files, beside the configuration they are checked with. */
final class ComposeFile {
    private final List<Path> compose;
    private final @Nullable GatewayConfig base;

    /** Of all files given, those of compose, and the first other one as the edge's. */
    ComposeFile(List<Path> files) {
        this.compose = files.stream().filter(ComposeFiles::isCompose).toList();
        @Nullable GatewayConfig first = null;
        if (!compose.isEmpty()) {
            for (Path file : files) {
                if (first == null && !compose.contains(file)) {
                    first = ConfigFile.read(file).config();
                }
            }
        }
        this.base = first;
    }

    boolean isOne(Path file) {
        return compose.contains(file);
    }

    List<Problem> problems(Path file) {
        ComposeFiles.Loaded loaded = ComposeFiles.load(file.toString(), System::getenv);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        @Nullable Project project = loaded.project();
        if (project != null) {
            Estate estate = new Estate(List.of(project), List.of(), null);
            List<ComposeLabels.Labelled> services =
                    project.services().stream()
                            .filter(ComposeFile::hasLabels)
                            .map(each -> labelled(each, estate))
                            .toList();
            problems.addAll(
                    ComposeLabels.check(
                            new ConfigReader(BuiltInFilters.types(), System::getenv),
                            base,
                            services));
        }
        problems.sort(Comparator.comparingInt(each -> each.place().line()));
        return problems;
    }

    private static boolean hasLabels(Service service) {
        return service.labels().stream().anyMatch(each -> each.key().startsWith("sallyport."));
    }

    private static ComposeLabels.Labelled labelled(Service service, Estate estate) {
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        for (Setting label : service.labels()) {
            labels.put(label.key(), label.value());
            places.put(label.key(), label.place());
        }
        return new ComposeLabels.Labelled(
                service.project(),
                service.name(),
                service.place(),
                labels,
                places,
                service.exposed().stream()
                        .filter(port -> port.matches("[0-9]{1,5}"))
                        .map(Integer::valueOf)
                        .toList(),
                networks(service, estate));
    }

    /** An edge in another project is taken to be on one of them, as it is not seen. */
    private static Map<String, Boolean> networks(Service service, Estate estate) {
        boolean isHere = estate.services().stream().anyMatch(estate::isEdge);
        Map<String, Boolean> networks = new LinkedHashMap<>();
        service.networks()
                .forEach(each ->
                        networks.put(
                                each.network(),
                                isHere
                                        ? estate.hasEdge(each.network())
                                        : service.networks().size() == 1));
        return networks;
    }
}
