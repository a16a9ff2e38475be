package org.securebackend.runner.config;

/**
 * Everything that an operator can set, checked. Sections are in the order of the annotated example;
 * where a value comes from is not kept here, but in {@link EffectiveValue}.
 */
public record RunnerConfig(
        BackendSection backend,
        JobServerSection jobServer,
        SourceSection source,
        StorageSection storage,
        ContainerSection containers,
        JobSection jobs,
        DatabaseSection databases,
        MaintenanceSection maintenance,
        ReleaseSection release,
        DoctorSection doctor,
        LogSection log) {

    static RunnerConfig read(SettingReader settings) {
        BackendSection backend = BackendSection.read(settings);
        return new RunnerConfig(
                backend,
                JobServerSection.read(settings),
                SourceSection.read(settings),
                StorageSection.read(settings, backend.workDirectory()),
                ContainerSection.read(settings),
                JobSection.read(settings),
                DatabaseSection.read(settings),
                MaintenanceSection.read(settings),
                ReleaseSection.read(settings),
                DoctorSection.read(settings),
                LogSection.read(settings));
    }
}
