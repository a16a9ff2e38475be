package org.securebackend.runner.config;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.securebackend.runner.yaml.YamlNode;

/**
 * What a setting's value looks like.
 *
 * @param reader throws {@link UnfitException}; a variable's text comes as a string without position
 * @param writer shows a value to an operator
 */
record Form<T>(Function<YamlNode, T> reader, Function<T, String> writer) {

    /** The same, with one more condition. */
    Form<T> checked(UnaryOperator<T> check) {
        return new Form<>(node -> check.apply(reader.apply(node)), writer);
    }

    <R> Form<R> map(Function<T, R> to, Function<R, String> shown) {
        return new Form<>(node -> to.apply(reader.apply(node)), shown);
    }
}
