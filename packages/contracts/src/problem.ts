import { z } from 'zod';

/** An RFC 9457 problem with a stable code; `application/problem+json`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** Stable, upper snake case: programs branch on this. */
  code: z.string(),
  detail: z.string(),
  /** The request's id, to find it in the logs. */
  instance: z.string().optional(),
  /** Where the request's input was wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** What the refusal is about, by code. */
  data: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problem>;
