package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;
import dev.sallyport.config.model.problem.Problem;
import dev.sallyport.config.provider.docker.place.OwnNetworks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the network a container is reached on: one that both are on. Which of several is not
 * guessed: containers on another may be strangers to it.
 */
final class Placing {
    private static final String LABEL = ContainerLabels.PREFIX + "network";

    private final OwnNetworks own;
    private final List<String> configured;
    private final List<Problem> problems;

    Placing(OwnNetworks own, List<String> configured, List<Problem> problems) {
        this.own = own;
        this.configured = List.copyOf(configured);
        this.problems = problems;
    }

    /** The place of a container; null after a problem. */
    @Nullable Attachment choose(
            Workload workload, ContainerLabels labels, @Nullable String before) {
        boolean isRunning = hasAddress(workload);
        var wanted = labels.network();
        if (wanted != null) {
            return named(workload, wanted, isRunning);
        }
        var all = workload.networks();
        var fit = all.stream().filter(each -> isShared(each, workload)).toList();
        if (fit.size() == 1) {
            return fit.getFirst();
        }
        if (!isRunning) {
            // It has no address that could tell; what is known from before does, or the only one.
            for (var each : all) {
                if (each.name().equals(before) || all.size() == 1) {
                    return each;
                }
            }
            return null;
        }
        if (fit.isEmpty()) {
            problems.add(
                    Problem.error(
                            labels.place(),
                            LABEL,
                            "on no network that this edge is on: " + names(all),
                            "one of its networks attached to the edge, which is on " + own));
        } else {
            problems.add(
                    Problem.error(
                            labels.place(),
                            LABEL,
                            "missing, and the edge shares several networks: " + names(fit),
                            "one of them"));
        }
        return null;
    }

    /** While a container starts or ends it is on its networks, and has no address there. */
    private static boolean hasAddress(Workload workload) {
        boolean runs =
                workload.state() == Workload.State.RUNNING
                        || workload.state() == Workload.State.STOPPING;
        return runs
                && workload.networks().stream()
                        .allMatch(each ->
                                !each.ip4().isEmpty()
                                        || !each.ip6().isEmpty()
                                        || each.name().equals("host")
                                        || each.name().equals("none"));
    }

    private @Nullable Attachment named(Workload workload, String wanted, boolean isRunning) {
        for (var each : workload.networks()) {
            if (isCalled(each, wanted, workload)) {
                if (!isRunning || isReached(each)) {
                    return each;
                }
                problems.add(
                        Problem.error(
                                ContainerLabels.placeOf(workload),
                                LABEL,
                                Problem.quote(wanted) + ", which this edge is not on",
                                "a network of the edge, which is on " + own));
                return null;
            }
        }
        if (isRunning) {
            problems.add(
                    Problem.error(
                            ContainerLabels.placeOf(workload),
                            LABEL,
                            Problem.quote(wanted),
                            "one of its networks: " + names(workload.networks())));
        }
        return null;
    }

    private boolean isShared(Attachment each, Workload workload) {
        if (configured.isEmpty()) {
            return isReached(each);
        }
        return configured.stream().anyMatch(name -> isCalled(each, name, workload));
    }

    /** Compose puts the name of the project before that of a network. */
    private static boolean isCalled(Attachment each, String name, Workload workload) {
        return each.name().equals(name) || each.name().equals(workload.project() + "_" + name);
    }

    private boolean isReached(Attachment each) {
        return !configured.isEmpty() || own.reaches(each.ip4()) || own.reaches(each.ip6());
    }

    private static String names(List<Attachment> networks) {
        return networks.isEmpty()
                ? "none"
                : String.join(", ", networks.stream().map(Attachment::name).toList());
    }
}
