package dev.sallyport.core.observe.metrics;

import java.util.List;

/**
 * Every metric there is: its name, type, labels and help; {@code docs/metrics.md} is made from this
 * list.
 *
 * <p>Label values come from the configuration or from closed lists, never from a client, so their
 * number is bounded.
 */
// The list of labels is one of List.of, which never changes.
@SuppressWarnings("ImmutableEnumChecker")
public enum Metric {
    REQUESTS(
            Type.COUNTER,
            "sallyport_requests_total",
            "Requests that ended, by class of their status",
            "route",
            "code_class"),
    REQUEST_DURATION(
            Type.HISTOGRAM,
            "sallyport_request_duration_seconds",
            "From the first byte of a request to the last of its response",
            "route"),
    REQUESTS_IN_FLIGHT(
            Type.GAUGE,
            "sallyport_requests_in_flight",
            "Requests that began and did not end yet",
            "route"),
    REQUEST_BYTES(
            Type.COUNTER, "sallyport_request_bytes_total", "Bytes of request bodies", "route"),
    RESPONSE_BYTES(
            Type.COUNTER, "sallyport_response_bytes_total", "Bytes of response bodies", "route"),
    TUNNELS(Type.GAUGE, "sallyport_tunnels", "Open tunnels", "route"),
    TUNNEL_BYTES(
            Type.COUNTER,
            "sallyport_tunnel_bytes_total",
            "Bytes moved by tunnels that ended",
            "route",
            "direction"),
    EDGE_RESPONSES(
            Type.COUNTER,
            "sallyport_edge_responses_total",
            "Responses the edge made itself, by reason",
            "reason"),
    MALFORMED(
            Type.COUNTER,
            "sallyport_malformed_total",
            "Requests refused as malformed, by reason",
            "reason"),

    CONNECTIONS(Type.GAUGE, "sallyport_connections", "Open connections of clients", "listener"),
    CONNECTIONS_ACCEPTED(
            Type.COUNTER,
            "sallyport_connections_accepted_total",
            "Connections of clients accepted",
            "listener"),
    CONNECTIONS_REJECTED(
            Type.COUNTER,
            "sallyport_connections_rejected_total",
            "Connections of clients closed at accept, by reason",
            "listener",
            "reason"),
    TLS_HANDSHAKES(
            Type.COUNTER,
            "sallyport_tls_handshakes_total",
            "TLS handshakes with clients, by how they ended",
            "result"),
    CLIENT_AUTHORITIES(
            Type.GAUGE,
            "sallyport_client_authorities",
            "Authorities by which clients of a listener are believed; 0: nobody is let in",
            "listener"),
    CONNECTION_ENDS(
            Type.COUNTER,
            "sallyport_connection_ends_total",
            "Connections of HTTP/2 and HTTP/3 clients that the edge ended, by reason",
            "reason"),

    QUIC_DATAGRAMS_DROPPED(
            Type.COUNTER,
            "sallyport_quic_datagrams_dropped_total",
            "Datagrams thrown away unread: too short, too late, or too many at a time"),
    QUIC_DATAGRAMS_HANDED(
            Type.COUNTER,
            "sallyport_quic_datagrams_handed_over_total",
            "Datagrams that the kernel gave to another loop than their connection's"),
    QUIC_RETRIES(
            Type.COUNTER,
            "sallyport_quic_retries_total",
            "QUIC clients asked under load to show that they are where they say"),
    RELAYS(
            Type.GAUGE,
            "sallyport_relays",
            "Open connections of TCP routes and sessions of UDP routes",
            "route"),
    RELAYS_ENDED(
            Type.COUNTER,
            "sallyport_relays_ended_total",
            "Connections of TCP routes and sessions of UDP routes that are over, by how they ended",
            "route",
            "result"),
    RELAY_BYTES(
            Type.COUNTER,
            "sallyport_relay_bytes_total",
            "Bytes carried by TCP routes, at the end of each connection, and by UDP routes",
            "route",
            "direction"),
    DATAGRAMS(
            Type.COUNTER,
            "sallyport_datagrams_total",
            "Datagrams carried by UDP routes",
            "route",
            "direction"),
    DATAGRAMS_DROPPED(
            Type.COUNTER,
            "sallyport_datagrams_dropped_total",
            "Datagrams of UDP routes that were not carried, by reason",
            "route",
            "reason"),

    UPSTREAM_CONNECTIONS(
            Type.GAUGE,
            "sallyport_upstream_connections",
            "Open connections to endpoints",
            "upstream"),
    UPSTREAM_CONNECTS(
            Type.COUNTER,
            "sallyport_upstream_connects_total",
            "Connections to endpoints that became ready",
            "upstream"),
    UPSTREAM_RESPONSES(
            Type.COUNTER,
            "sallyport_upstream_responses_total",
            "Final responses of endpoints, by class of their status",
            "upstream",
            "code_class"),
    UPSTREAM_FAILURES(
            Type.COUNTER,
            "sallyport_upstream_failures_total",
            "Attempts that failed, by reason",
            "upstream",
            "reason"),
    UPSTREAM_RETRIES(
            Type.COUNTER,
            "sallyport_upstream_retries_total",
            "Requests sent to one more endpoint",
            "upstream"),
    UPSTREAM_EJECTIONS(
            Type.COUNTER,
            "sallyport_upstream_ejections_total",
            "Endpoints taken out for their failures",
            "upstream"),
    UPSTREAM_ENDPOINTS(
            Type.GAUGE, "sallyport_upstream_endpoints", "Endpoints by state", "upstream", "state"),

    ACCESS_LOG_RECORDS(
            Type.COUNTER,
            "sallyport_access_log_records_total",
            "Access records taken from the event loops"),
    ACCESS_LOG_DROPPED(
            Type.COUNTER,
            "sallyport_access_log_dropped_total",
            "Access records dropped because a queue was full"),
    ACCESS_LOG_LOST(
            Type.COUNTER,
            "sallyport_access_log_lost_total",
            "Access records that could not be written, as on a full disk"),
    SPANS_EXPORTED(Type.COUNTER, "sallyport_spans_exported_total", "Spans the collector took"),
    SPANS_DROPPED(
            Type.COUNTER,
            "sallyport_spans_dropped_total",
            "Spans dropped because the queue was full or the export failed"),

    CONFIG_RELOADS(
            Type.COUNTER,
            "sallyport_config_reloads_total",
            "Configurations read, by result",
            "result"),
    CONFIG_REJECTED(
            Type.GAUGE,
            "sallyport_config_rejected",
            "1 while the newest configuration is refused and an older one in force"),
    CONFIG_APPLIED(
            Type.GAUGE,
            "sallyport_config_applied_timestamp_seconds",
            "When the configuration in force was put in force, seconds since 1970"),
    DISCOVERY_STALE(
            Type.GAUGE,
            "sallyport_discovery_stale",
            "1 while what a discovery told last is no longer confirmed",
            "discovery"),
    DISCOVERY_WORKLOADS(
            Type.GAUGE,
            "sallyport_discovery_workloads",
            "Workloads a discovery tells of",
            "discovery"),
    DISCOVERY_PROBLEMS(
            Type.GAUGE,
            "sallyport_discovery_problems",
            "Routes and hosts of workloads that were left out, and other errors of theirs"),
    CERTIFICATE_EXPIRY(
            Type.GAUGE,
            "sallyport_certificate_expiry_timestamp_seconds",
            "When a certificate ends, seconds since 1970",
            "certificate"),
    CERTIFICATE_STATES(
            Type.GAUGE,
            "sallyport_obtained_certificates",
            "Certificates that are obtained by ACME, by state",
            "state"),
    CERTIFICATE_REMAINING(
            Type.GAUGE,
            "sallyport_certificate_remaining_ratio",
            "Share of an obtained certificate's lifetime that is left; below 0.25 is an alarm",
            "certificate"),
    CERTIFICATE_RENEWAL(
            Type.GAUGE,
            "sallyport_certificate_renewal_timestamp_seconds",
            "When an obtained certificate is ordered or renewed next, seconds since 1970",
            "certificate"),
    CERTIFICATE_ISSUANCES(
            Type.COUNTER,
            "sallyport_certificate_issuances_total",
            "Efforts to obtain a certificate, by authority and how they ended",
            "authority",
            "result"),
    CERTIFICATE_ISSUANCE_TIME(
            Type.COUNTER,
            "sallyport_certificate_issuance_seconds_total",
            "Time spent on efforts that succeeded",
            "authority"),
    RENEWAL_CHECKS(
            Type.COUNTER,
            "sallyport_certificate_renewal_checks_total",
            "Questions to authorities when to renew, by result",
            "result"),
    RENEWAL_WINDOWS_CHANGED(
            Type.COUNTER,
            "sallyport_certificate_renewal_windows_changed_total",
            "Times an authority moved the time to renew, as before it revokes"),
    CERTIFICATE_FUSE(
            Type.COUNTER,
            "sallyport_certificate_fuse_blocked_total",
            "Orders not made because our own weekly limit was reached"),
    CERTIFICATE_STORE_ERRORS(
            Type.COUNTER,
            "sallyport_certificate_store_errors_total",
            "Failures of the disk certificates are kept on, by what was done",
            "operation"),
    ADMIN_REFUSED(
            Type.COUNTER,
            "sallyport_admin_refused_total",
            "Clients not let in at the admin address by TLS, by reason",
            "reason"),
    ON_DEMAND(
            Type.COUNTER,
            "sallyport_on_demand_total",
            "Hellos for a name without a certificate while some are had on demand, by what became"
                    + " of them",
            "decision"),
    ON_DEMAND_NAMES(
            Type.GAUGE,
            "sallyport_on_demand_names",
            "Names that have, or are to have, a certificate on demand"),
    ON_DEMAND_WAITING(
            Type.GAUGE, "sallyport_on_demand_waiting", "Handshakes that wait for a certificate"),
    CHALLENGES(
            Type.COUNTER,
            "sallyport_acme_challenges_total",
            "Challenges asked for by authorities, and whether one was pending",
            "type",
            "answered"),
    LOOPS_BLOCKED(
            Type.COUNTER,
            "sallyport_loops_blocked_total",
            "Times an event loop stood still for over 100 ms"),
    BUILD(Type.INFO, "sallyport_build_info", "Always 1", "version", "transport"),

    BUFFER_MEMORY(
            Type.GAUGE,
            "sallyport_buffer_memory_bytes",
            "Memory held by the buffer allocator",
            "area"),
    PROCESS_CPU(Type.COUNTER, "process_cpu_seconds_total", "Processor time used, user and system"),
    PROCESS_RESIDENT(Type.GAUGE, "process_resident_memory_bytes", "Resident memory"),
    PROCESS_OPEN_FILES(Type.GAUGE, "process_open_fds", "Open file descriptors"),
    PROCESS_MAX_FILES(Type.GAUGE, "process_max_fds", "File descriptors allowed"),
    PROCESS_START(
            Type.GAUGE, "process_start_time_seconds", "When the process began, seconds since 1970"),
    JVM_MEMORY_USED(
            Type.GAUGE,
            "jvm_memory_used_bytes",
            "Memory used by the Java heap, and outside of it",
            "area"),
    JVM_MEMORY_COMMITTED(
            Type.GAUGE,
            "jvm_memory_committed_bytes",
            "Memory given to the Java heap, and outside of it",
            "area"),
    JVM_BUFFER_POOL(
            Type.GAUGE,
            "jvm_buffer_pool_used_bytes",
            "Memory of direct and mapped buffers known to the JVM",
            "pool"),
    JVM_GC_COLLECTIONS(Type.COUNTER, "jvm_gc_collections_total", "Garbage collections", "gc"),
    JVM_GC_SECONDS(
            Type.COUNTER,
            "jvm_gc_collection_seconds_total",
            "Time spent in garbage collections",
            "gc"),
    JVM_THREADS(Type.GAUGE, "jvm_threads_current", "Platform threads");

    enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        INFO
    }

    private final Type type;
    private final String exportedName;
    private final String help;
    private final List<String> labels;

    Metric(Type type, String exportedName, String help, String... labels) {
        this.type = type;
        this.exportedName = exportedName;
        this.help = help;
        this.labels = List.of(labels);
    }

    Type type() {
        return type;
    }

    /** The name that is scraped. */
    public String exportedName() {
        return exportedName;
    }

    String help() {
        return help;
    }

    List<String> labels() {
        return labels;
    }
}
