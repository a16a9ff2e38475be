package org.securebackend.runner.planning;

import java.util.List;
import org.securebackend.runner.job.Success;
import org.securebackend.runner.job.Work.Need;
import org.securebackend.runner.pipeline.Action;

/** What a request comes to. */
public sealed interface Plan {

    /** These actions run, each after the ones it needs. Never empty. */
    record Run(List<PlannedAction> actions) implements Plan {
        public Run {
            actions = List.copyOf(actions);
        }
    }

    /** Nothing new runs. */
    record NothingToDo(Success why) implements Plan {}

    /**
     * The file has no such actions.
     *
     * @param names as requested, in that order
     * @param known the actions that there are, in file order
     */
    record UnknownActions(List<String> names, List<String> known) implements Plan {
        public UnknownActions {
            names = List.copyOf(names);
            known = List.copyOf(known);
        }
    }

    /** An action to run, its needs pinned to the jobs whose outputs are meant. */
    record PlannedAction(Action action, List<Need> needs) {
        public PlannedAction {
            needs = List.copyOf(needs);
        }
    }
}
