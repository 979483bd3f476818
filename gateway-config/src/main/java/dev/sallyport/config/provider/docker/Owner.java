package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Workload;

/**
 * Whose a container is: its project, or itself without one, on one network. The name of a project
 * is a label that anybody can write; to be on the network as well takes more.
 *
 * @param project of compose or a stack; empty for a container by itself
 * @param container its name; empty for one of a project
 */
record Owner(String project, String container, String network) {
    private static final String FORM = "[A-Za-z0-9][A-Za-z0-9_.-]{0,254}";

    static Owner of(Workload workload, String network) {
        return workload.project().isEmpty()
                ? new Owner("", workload.name(), network)
                : new Owner(workload.project(), "", network);
    }

    /** Whether the names of a container are such as tools give. */
    static boolean isFit(Workload workload) {
        boolean single = workload.project().isEmpty();
        return workload.name().matches(FORM)
                && (single || workload.project().matches(FORM))
                && (single || workload.service().isEmpty() || workload.service().matches(FORM));
    }

    /** What a grant calls it. */
    String name() {
        return project.isEmpty() ? container : project;
    }

    @Override
    public String toString() {
        return (project.isEmpty() ? "container " + container : "project " + project)
                + " on network "
                + network;
    }
}
