package org.securebackend.runner.outputs.release;

import org.securebackend.runner.job.CheckResult.Check;

/**
 * Why a file is kept out of level 4.
 *
 * @param check the one that failed
 * @param text in short; constants and numbers only
 */
record Reason(Check check, String text) {}
