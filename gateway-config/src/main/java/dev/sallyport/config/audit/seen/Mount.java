package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;

/**
 * Something of the host in a container.
 *
 * @param source a path of the host
 */
public record Mount(
        Place place, String written, String source, String target, boolean isReadOnly) {}
