package org.securebackend.runner.sync;

import java.util.LinkedHashMap;
import java.util.Map;
import org.securebackend.runner.server.JobServer.FlagValue;
import org.securebackend.runner.store.JobStore;

/** The backend's flags as the server is told of them. */
final class ServerFlags {
    private ServerFlags() {}

    static Map<String, FlagValue> of(JobStore store) {
        var flags = new LinkedHashMap<String, FlagValue>();
        store.flags()
                .forEach((name, flag) ->
                        flags.put(name, new FlagValue(flag.value(), flag.changedAt())));
        return flags;
    }
}
