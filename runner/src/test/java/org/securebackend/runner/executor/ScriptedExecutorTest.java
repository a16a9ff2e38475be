package org.securebackend.runner.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.securebackend.runner.job.Exit;
import org.securebackend.runner.job.ImageName;
import org.securebackend.runner.job.JobId;

class ScriptedExecutorTest extends ExecutorContract {
    private static final ImageName IMAGE = new ImageName("scripted/image:v1");

    private final ScriptedExecutor executor = new ScriptedExecutor(InstantSource.system());

    ScriptedExecutorTest() {
        executor.addImage(IMAGE);
        executor.whenStarted(program -> {
            executor.say(program.job(), "hello");
            executor.say(program.job(), "there");
        });
    }

    @Override
    protected Executor executor() {
        return executor;
    }

    @Override
    protected ImageName image() {
        return IMAGE;
    }

    @Override
    protected List<String> arguments() {
        return List.of();
    }

    @Override
    protected void letEnd(JobId job, int exitCode) {
        executor.finish(job, Exit.of(exitCode));
    }

    @Test
    void engineThatIsAwayAnswersNothing() throws Exception {
        try (var events = Events.of(executor)) {
            JobId job = started("away");
            executor.goAway();
            assertThat(events.next()).isEqualTo(new Event.Lost());
            assertThatThrownBy(() -> executor.inspect(job))
                    .isInstanceOf(ExecutorUnavailableException.class);

            executor.comeBack();
            assertThat(events.next()).isEqualTo(new Event.Connected());
            assertThat(executor.inspect(job)).isInstanceOf(Execution.Running.class);
        }
    }
}
