package org.securebackend.runner.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code doctor} looks with.
 *
 * @param probeImage has sh, nc and the like; empty: one is made of this host's static busybox
 * @param outside {@code host:port} that no job may reach
 */
public record DoctorSection(Optional<String> probeImage, String outside) {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}:[0-9]{1,5}");

    private static final Setting<String> PROBE_IMAGE = Setting.of("doctor.probe_image", Forms.TEXT);
    private static final Setting<String> OUTSIDE =
            Setting.of("doctor.outside", Forms.TEXT.checked(DoctorSection::checkAddress));

    static DoctorSection read(SettingReader settings) {
        return new DoctorSection(settings.find(PROBE_IMAGE), settings.get(OUTSIDE, "1.1.1.1:443"));
    }

    private static String checkAddress(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw Forms.unfit("must be an IPv4 address and a port, such as 1.1.1.1:443", text);
        }
        return text;
    }
}
