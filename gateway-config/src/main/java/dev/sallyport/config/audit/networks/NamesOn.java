package dev.sallyport.config.audit.networks;

import dev.sallyport.config.audit.seen.Membership;
import dev.sallyport.config.audit.seen.Service;
import dev.sallyport.config.audit.seen.Setting;
import java.util.ArrayList;
import java.util.List;

/** The names that a service answers to on one of its networks. */
final class NamesOn {
    private NamesOn() {}

    static List<Setting> of(Service service, Membership membership) {
        var all = new ArrayList<>(service.names());
        all.addAll(membership.aliases());
        return all;
    }
}
