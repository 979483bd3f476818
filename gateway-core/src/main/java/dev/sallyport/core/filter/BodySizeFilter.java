package dev.sallyport.core.filter;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.config.model.setting.Shorthand;
import dev.sallyport.config.model.value.DataSize;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;

/**
 * Bounds the bodies of requests. A longer one is answered 413: by its {@code Content-Length} before
 * a byte is forwarded, else as soon as it has grown too long. Of several bounds the least holds.
 */
final class BodySizeFilter implements Filter {
    /** Settings. */
    @Named("body-size")
    @Doc(
            "Bounds the body of a request; a longer one is answered 413. A body that tells its"
                    + " length is refused before a byte of it is forwarded.")
    record Config(
            @Doc("The longest body that is let through.")
                    @Default("10MiB")
                    @Example("100MiB")
                    @Shorthand
                    DataSize max)
            implements FilterConfig {
        @Override
        public Filter create() {
            return new BodySizeFilter(max.bytes());
        }
    }

    private final long max;

    private BodySizeFilter(long max) {
        this.max = max;
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        exchange.limitRequestBody(max);
        return Verdict.CONTINUE;
    }
}
