package dev.sallyport.config.guard.feed;

/**
 * A workload's place on one network.
 *
 * @param name of the network
 * @param id of the network; two may have one name, none has another's id
 * @param endpoint id of the place itself; another one after each start
 * @param ip4 empty without
 * @param ip6 empty without
 */
public record Attachment(String name, String id, String endpoint, String ip4, String ip6) {}
