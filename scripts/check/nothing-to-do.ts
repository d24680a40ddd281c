/**
 * The exit code of a step that found nothing to look at: it is reported as such and counts neither
 * as passed nor as failed.
 */
export const NOTHING_TO_DO = 3;
