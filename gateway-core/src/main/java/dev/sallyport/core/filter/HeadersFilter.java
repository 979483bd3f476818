package dev.sallyport.core.filter;

import dev.sallyport.config.model.setting.Default;
import dev.sallyport.config.model.setting.Doc;
import dev.sallyport.config.model.setting.Example;
import dev.sallyport.config.model.setting.Named;
import dev.sallyport.core.exchange.Exchange;
import dev.sallyport.core.exchange.Filter;
import dev.sallyport.core.exchange.FilterConfig;
import dev.sallyport.core.exchange.Verdict;
import dev.sallyport.core.http.FieldTable;
import dev.sallyport.core.http.ResponseHead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Edits the fields of requests and responses: removes first, then sets, then adds. */
final class HeadersFilter implements Filter {
    /** Settings. */
    @Named("headers")
    @Doc(
            "Removes, sets and adds header fields, in this order. Fields that frame a message or"
                    + " tell who asked (such as content-length, host or x-forwarded-for) are the"
                    + " edge's own and cannot be named.")
    record Config(
            @Doc("Edits of the request, before it is forwarded.") @Default("{}") Edits request,
            @Doc("Edits of the response, the edge's own answers included.") @Default("{}")
                    Edits response)
            implements FilterConfig {
        Config {
            request.names().forEach(FieldLine::requireRequestName);
            response.names().forEach(FieldLine::requireResponseName);
        }

        @Override
        public Filter create() {
            return new HeadersFilter(request, response);
        }
    }

    /** What is done to the fields of one side. */
    record Edits(
            @Doc("Fields to take out.") @Example("[x-internal]") List<String> remove,
            @Doc("Fields to put in the place of all others of that name.")
                    @Example("{x-tenant: acme}")
                    Map<String, String> set,
            @Doc("Fields to put beside others of that name.") @Example("{vary: accept}")
                    Map<String, String> add) {
        Edits {
            remove = List.copyOf(remove);
            set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
            add = Collections.unmodifiableMap(new LinkedHashMap<>(add));
            set.values().forEach(FieldLine::requireValue);
            add.values().forEach(FieldLine::requireValue);
        }

        List<String> names() {
            var names = new ArrayList<>(remove);
            names.addAll(set.keySet());
            names.addAll(add.keySet());
            return names;
        }
    }

    private final Steps request;
    private final Steps response;

    private HeadersFilter(Edits request, Edits response) {
        this.request = new Steps(request);
        this.response = new Steps(response);
    }

    @Override
    public Verdict onRequest(Exchange exchange) {
        FieldTable fields = exchange.head().fields();
        request.apply(fields);
        return request.isUndone(fields) ? FieldLine.UNDONE : Verdict.CONTINUE;
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        response.apply(head.fields());
    }

    /** The edits of one side in bytes. */
    private static final class Steps {
        private final List<byte[]> removed = new ArrayList<>();
        private final List<FieldLine> set;
        private final List<FieldLine> added;

        Steps(Edits edits) {
            edits.remove().forEach(name -> removed.add(FieldLine.lower(name)));
            set = FieldLine.of(edits.set());
            added = FieldLine.of(edits.add());
        }

        void apply(FieldTable fields) {
            for (int i = 0; i < removed.size(); i++) {
                fields.removeAll(removed.get(i));
            }
            for (int i = 0; i < set.size(); i++) {
                fields.removeAll(set.get(i).lowerName());
                fields.add(set.get(i).name(), set.get(i).value());
            }
            for (int i = 0; i < added.size(); i++) {
                fields.add(added.get(i).name(), added.get(i).value());
            }
        }

        boolean isUndone(FieldTable fields) {
            for (int i = 0; i < set.size(); i++) {
                if (set.get(i).isUndone(fields)) {
                    return true;
                }
            }
            for (int i = 0; i < added.size(); i++) {
                if (added.get(i).isUndone(fields)) {
                    return true;
                }
            }
            return false;
        }
    }
}
