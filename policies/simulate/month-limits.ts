/** What the month needs to know of the allowances while it goes on. */
export interface MonthLimits {
  /** A database without a question for so long is suspended. */
  readonly suspendSeconds: number;
  /** A serverless database is stopped when it has been awake for so long. */
  readonly awakeSeconds: number;
}
