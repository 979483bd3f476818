package dev.sallyport.config.provider.docker;

import dev.sallyport.config.guard.feed.Attachment;
import dev.sallyport.config.guard.feed.Workload;

/**
 * A workload with its place among the others.
 *
 * @param network where it is reached, or was; its addresses may be empty when it does not run
 */
record Member(Workload workload, ContainerLabels labels, Attachment network, Owner owner) {
    /** What its routes and upstreams are called, without what comes after. */
    String name() {
        if (workload.project().isEmpty()) {
            return workload.name();
        }
        var service = workload.service().isEmpty() ? workload.name() : workload.service();
        return workload.project() + "/" + service;
    }

    /** Whether requests may be sent to it. */
    boolean isServing() {
        return workload.isServing() && !address().isEmpty();
    }

    String address() {
        return network.ip4().isEmpty() ? network.ip6() : network.ip4();
    }

    /** What no other place of a container has, ever. */
    String identity() {
        return workload.id() + "/" + network.id() + "/" + network.endpoint();
    }
}
