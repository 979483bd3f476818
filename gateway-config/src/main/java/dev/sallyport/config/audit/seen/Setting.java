package dev.sallyport.config.audit.seen;

import dev.sallyport.config.model.problem.Place;

/** A word and its value, and where that was said. */
public record Setting(String key, String value, Place place) {}
