package org.securebackend.runner.config;

/**
 * The operator's page, health and metrics.
 *
 * @param address to listen on
 * @param port to listen on, 0 for any free one
 */
public record WebSection(Page page, String address, int port) {

    /** Whether there is a page. */
    public enum Page {
        SERVED,
        OFF
    }

    private static final Setting<Boolean> ENABLED = Setting.of("web.enabled", Forms.TRUTH);
    private static final Setting<String> ADDRESS = Setting.of("web.address", Forms.TEXT);
    private static final Setting<Integer> PORT = Setting.of("web.port", Forms.integer(0, 65_535));

    static WebSection read(SettingReader settings) {
        return new WebSection(
                settings.get(ENABLED, true) ? Page.SERVED : Page.OFF,
                settings.get(ADDRESS, "127.0.0.1"),
                settings.get(PORT, 8090));
    }
}
