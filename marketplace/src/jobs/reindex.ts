import { createPeerTokens, readConfig } from '@mkt/service-kit';
import { jobSpec } from '@mkt/topology';
import { request } from 'undici';
import { chorePath, choreReply } from '../process/control-routes.ts';
import { peerUrls } from '../settings/config.ts';
import { jobSchemas } from '../settings/jobs.ts';
import { type Job, JobFailure } from './job.ts';

const longestMs = jobSpec('reindex').deadlineSeconds * 1_000;

/** The search service holds the index that answers: it is asked to build it anew. */
export const reindex: Job = async ({ env, signal }) => {
  const settings = readConfig(jobSchemas.reindex, env);
  const url = peerUrls(settings)('search');
  const tokens = createPeerTokens({
    self: 'installation',
    secrets: settings.PEER_SECRET.split(','),
  });
  const reply = await request(new URL(chorePath('reindex'), url), {
    method: 'POST',
    // It answers when the index is built.
    headersTimeout: longestMs,
    headers: { authorization: `Bearer ${tokens.sign('search')}` },
    signal,
  }).catch((error: unknown) => {
    throw new JobFailure(
      'SEARCH_UNREACHABLE',
      `The search service at ${url} did not answer: ${reasonOf(error)}`,
      'Look whether it runs, then run the job again: mkt search stats',
      { cause: error },
    );
  });
  const text = await reply.body.text();
  const { statusCode: status } = reply;
  if (status !== 200) {
    throw new JobFailure(
      'REINDEX_REFUSED',
      `The search service answered ${status}: ${text.slice(0, 300)}`,
      status === 401 ? 'Give the job its PEER_SECRET.' : 'Read the log of the search service.',
    );
  }
  return choreReply.parse(JSON.parse(text));
};

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message || String(cause) : message;
}
