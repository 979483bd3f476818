package dev.sallyport.core.filter;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells browsers to be careful, where the application does not say itself how careful; and takes
 * out what tells attackers which software answers.
 */
final class SecurityHeadersFilter implements Filter {
    /** Settings. */
    @Named("security-headers")
    @Doc(
            "Adds the response fields by which browsers protect users, and removes those that name"
                    + " the software behind. What an application sets itself stays, unless"
                    + " override is true. Strict-Transport-Security belongs to the listener.")
    record Config(
            @Doc("Whether to send x-content-type-options: nosniff.") @Default("true")
                    boolean contentTypeOptions,
            @Doc("Who may show a page in a frame.") @Default("same-origin") Framing framing,
            @Doc("The referrer-policy; an empty text sends none.")
                    @Default("strict-origin-when-cross-origin")
                    String referrerPolicy,
            @Doc("The content-security-policy.") @Example("\"default-src 'self'\"")
                    @Nullable String contentSecurityPolicy,
            @Doc("The permissions-policy.") @Example("\"camera=(), microphone=()\"")
                    @Nullable String permissionsPolicy,
            @Doc("The cross-origin-opener-policy.") @Example("same-origin")
                    @Nullable String crossOriginOpenerPolicy,
            @Doc("The cross-origin-resource-policy.") @Example("same-site")
                    @Nullable String crossOriginResourcePolicy,
            @Doc("Whether what is set here replaces what the application sets.") @Default("false")
                    boolean override,
            @Doc("Response fields to take out.") @Default("[server, x-powered-by]")
                    List<String> remove)
            implements FilterConfig {
        Config {
            remove = List.copyOf(remove);
            remove.forEach(FieldLine::requireResponseName);
            FieldLine.requireValue(referrerPolicy);
            requireOptional(contentSecurityPolicy);
            requireOptional(permissionsPolicy);
            requireOptional(crossOriginOpenerPolicy);
            requireOptional(crossOriginResourcePolicy);
        }

        private static void requireOptional(@Nullable String value) {
            if (value != null) {
                FieldLine.requireValue(value);
            }
        }

        @Override
        public Filter create() {
            return new SecurityHeadersFilter(this);
        }
    }

    /** Who may show a page in a frame. */
    enum Framing {
        @Doc("Pages of the same origin.")
        SAME_ORIGIN("SAMEORIGIN"),
        @Doc("Nobody.")
        DENY("DENY"),
        @Doc("Whoever likes: no field is sent.")
        ANY("");

        private final String value;

        Framing(String value) {
            this.value = value;
        }
    }

    private static final FieldLine POLICY = FieldLine.of("content-security-policy", "");
    private static final FieldLine FRAME = FieldLine.of("x-frame-options", "");
    private static final byte[] ANCESTORS = FieldLine.lower("frame-ancestors");

    private final FieldLine[] lines;
    private final byte @Nullable [] frame;
    private final byte[][] removed;
    private final boolean overrides;

    private SecurityHeadersFilter(Config config) {
        List<FieldLine> sent = new ArrayList<>();
        line(sent, "x-content-type-options", config.contentTypeOptions() ? "nosniff" : null);
        line(sent, "referrer-policy", config.referrerPolicy());
        line(sent, "content-security-policy", config.contentSecurityPolicy());
        line(sent, "permissions-policy", config.permissionsPolicy());
        line(sent, "cross-origin-opener-policy", config.crossOriginOpenerPolicy());
        line(sent, "cross-origin-resource-policy", config.crossOriginResourcePolicy());
        lines = sent.toArray(FieldLine[]::new);
        String framing = config.framing().value;
        frame = framing.isEmpty() ? null : FieldLine.of("x-frame-options", framing).value();
        removed = new byte[config.remove().size()][];
        for (int i = 0; i < removed.length; i++) {
            removed[i] = FieldLine.lower(config.remove().get(i));
        }
        overrides = config.override();
    }

    private static void line(List<FieldLine> sent, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            sent.add(FieldLine.of(name, value));
        }
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        FieldTable fields = head.fields();
        for (byte[] name : removed) {
            fields.removeAll(name);
        }
        byte @Nullable [] framing = frame;
        if (framing != null) {
            frame(fields, framing);
        }
        for (FieldLine line : lines) {
            put(fields, line.lowerName(), line.name(), line.value());
        }
    }

    /**
     * A policy of the application that says who may frame it is left alone: browsers prefer it to
     * {@code X-Frame-Options} (CSP level 3, 6.4.2.2), which would only contradict it.
     */
    private void frame(FieldTable fields, byte[] value) {
        if (!overrides) {
            for (int i = fields.find(POLICY.lowerName());
                    i >= 0;
                    i = fields.findNext(POLICY.lowerName(), i)) {
                if (holds(fields, i, ANCESTORS)) {
                    return;
                }
            }
        }
        put(fields, FRAME.lowerName(), FRAME.name(), value);
    }

    private void put(FieldTable fields, byte[] lowerName, byte[] name, byte[] value) {
        if (overrides) {
            fields.removeAll(lowerName);
        } else if (fields.find(lowerName) >= 0) {
            return;
        }
        fields.add(name, value);
    }

    private static boolean holds(FieldTable fields, int i, byte[] lowerWord) {
        byte[] bytes = fields.bytes();
        int last = fields.valueOffset(i) + fields.valueLength(i) - lowerWord.length;
        for (int at = fields.valueOffset(i); at <= last; at++) {
            int k = 0;
            while (k < lowerWord.length && (bytes[at + k] | 0x20) == (lowerWord[k] | 0x20)) {
                k++;
            }
            if (k == lowerWord.length) {
                return true;
            }
        }
        return false;
    }
}
