import type { Problem } from '@mkt/contracts';
import { Failure } from '../failure.ts';
import { problemFailure } from '../problem-failure.ts';

/** The body of an answer; a problem is thrown. */
export async function readReply<Reply>(response: Response, profile: string): Promise<Reply> {
  if (!response.ok) throw await failureOfReply(response, profile);
  if (response.status === 204) return undefined as Reply;
  const text = await response.text();
  try {
    return JSON.parse(text) as Reply;
  } catch (error) {
    throw notTheMarketplace(response, error);
  }
}

/** The failure that an answer without success stands for. */
export async function failureOfReply(response: Response, profile: string): Promise<Failure> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const text = await response.text();
  if (!isProblem) return notTheMarketplace(response, undefined);
  return problemFailure(JSON.parse(text) as Problem, profile);
}

function notTheMarketplace(response: Response, cause: unknown): Failure {
  return new Failure(
    `What answers at ${new URL(response.url).origin} (status ${response.status}) is not a marketplace.`,
    { code: 'UNEXPECTED_REPLY', next: 'Check the address: --url URL, or MKT_URL', cause },
  );
}
