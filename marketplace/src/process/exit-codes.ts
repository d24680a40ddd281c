/** How a process says why it ended; a supervisor does not repeat what cannot succeed. */
export const exitCodes = { failed: 1, usage: 64, configuration: 78 } as const;
