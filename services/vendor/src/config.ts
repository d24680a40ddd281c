/** Applications of one account that may wait for a decision at the same time. */
export const mostOpenApplications = 5;
/** A key in use is noted this often, not at every use. */
export const useNotedEveryMs = 3_600_000;
