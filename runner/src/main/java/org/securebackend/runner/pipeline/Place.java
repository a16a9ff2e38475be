package org.securebackend.runner.pipeline;

/**
 * Where in a project.yaml something stands.
 *
 * @param action the action that it is part of
 * @param path the keys that lead there
 */
record Place(String action, String path) {

    /** The place of a key below this one. */
    Place below(String key) {
        return new Place(action, path + "." + key);
    }
}
