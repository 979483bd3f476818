package dev.sallyport.acme.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Which authorities a name's owner lets issue (RFC 8659): the records of the nearest name above.
 */
public final class CaaRecords {
    private CaaRecords() {}

    /** Values of the records that hold for a name; empty when anybody may. */
    public static List<String> find(String name) throws IOException {
        var resolver = new ExtendedResolver();
        var found = new ArrayList<String>();
        var text = name.endsWith(".") ? name : name + ".";
        for (var each = Name.fromString(text); each.labels() > 1; each = new Name(each, 1)) {
            var answer =
                    resolver.send(Message.newQuery(Record.newRecord(each, Type.CAA, DClass.IN)));
            int code = answer.getRcode();
            if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
                throw new IOException(each + ": " + Rcode.string(code));
            }
            for (var record : answer.getSection(Section.ANSWER)) {
                if (record instanceof CAARecord caa && caa.getTag().startsWith("issue")) {
                    found.add(caa.getTag() + " " + caa.getValue());
                }
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return found;
    }
}
