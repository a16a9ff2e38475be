package org.securebackend.runner.scheduler;

import java.time.Duration;
import java.util.Properties;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Ticks} by Quartz, in memory, on two threads of its own. */
public final class QuartzTicks implements Ticks {
    private static final Logger log = LoggerFactory.getLogger(QuartzTicks.class);

    private static final String TASK = "task";

    private final Scheduler quartz;

    public QuartzTicks() {
        try {
            quartz = new StdSchedulerFactory(settings()).getScheduler();
            quartz.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not start", e);
        }
    }

    private static Properties settings() {
        var settings = new Properties();
        settings.setProperty("org.quartz.scheduler.instanceName", "ticks");
        settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        settings.setProperty("org.quartz.threadPool.threadCount", "2");
        settings.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
        return settings;
    }

    @Override
    public void every(String name, Duration period, Runnable task) {
        var data = new JobDataMap();
        data.put(TASK, task);
        var schedule =
                SimpleScheduleBuilder.simpleSchedule()
                        .withIntervalInMilliseconds(period.toMillis())
                        .repeatForever()
                        .withMisfireHandlingInstructionNextWithRemainingCount();
        try {
            quartz.scheduleJob(
                    JobBuilder.newJob(Tick.class).withIdentity(name).usingJobData(data).build(),
                    TriggerBuilder.newTrigger().withIdentity(name).withSchedule(schedule).build());
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not take the schedule " + name, e);
        }
    }

    @Override
    public void close() {
        try {
            quartz.shutdown(true);
        } catch (SchedulerException e) {
            log.warn("Quartz did not stop cleanly", e);
        }
    }

    /** Made by Quartz for each tick. */
    @DisallowConcurrentExecution
    public static final class Tick implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            try {
                if (context.getMergedJobDataMap().get(TASK) instanceof Runnable task) {
                    task.run();
                }
            } catch (RuntimeException e) {
                log.error("{} failed; it runs again", context.getJobDetail().getKey(), e);
            }
        }
    }
}
