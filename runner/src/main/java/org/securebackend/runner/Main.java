package org.securebackend.runner;

/** The front door. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("runner " + args.length);
    }
}
