# demo: join cohorts
