import { exitCodes, Failure } from '../failure.ts';
import type { PackageVersion } from '../operations/prune-images.ts';
import { exchange, type Reply } from './http-exchange.ts';
import { rootCodeOf } from './system-error.ts';

export interface RegistryOptions {
  /** GitHub's REST API, which lists and deletes. */
  readonly apiUrl: string;
  /** The registry itself, which alone knows what a list is made of. */
  readonly registryUrl: string;
  readonly owner: string;
  readonly name: string;
  readonly token: string;
}

/** The images of one package, as GitHub keeps them. */
export interface ImageRegistry {
  versions(): Promise<readonly PackageVersion[]>;
  /** Digests of the images that a list names; none where it is an image. */
  partsOf(digest: string): Promise<readonly string[]>;
  remove(id: number): Promise<void>;
}

const pageSize = 100;
const mostPages = 100;
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

export function githubImages(options: RegistryOptions): ImageRegistry {
  const { apiUrl, registryUrl, owner, name, token } = options;
  const api = (method: string, path: string) =>
    answerOf(apiUrl, path, method, {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    });
  let base: Promise<string> | undefined;
  let pull: Promise<string> | undefined;

  /** Packages of a person and of an organization are at different addresses. */
  async function findPackage(): Promise<string> {
    const { type } = await jsonOf<{ type: string }>(await api('GET', `/users/${owner}`));
    const kind = type === 'Organization' ? 'orgs' : 'users';
    return `/${kind}/${owner}/packages/container/${encodeURIComponent(name)}`;
  }

  async function pullToken(): Promise<string> {
    const path = `/token?scope=repository:${owner}/${name}:pull`;
    const authorization = `Basic ${Buffer.from(`mkt:${token}`).toString('base64')}`;
    const reply = await answerOf(registryUrl, path, 'GET', { authorization });
    return (await jsonOf<{ token: string }>(reply)).token;
  }

  return {
    async versions() {
      base ??= findPackage();
      const all: PackageVersion[] = [];
      for (let page = 1; page <= mostPages; page += 1) {
        const path = `${await base}/versions?per_page=${pageSize}&page=${page}`;
        const rows = await jsonOf<readonly VersionRow[]>(await api('GET', path));
        all.push(...rows.map(versionOf));
        if (rows.length < pageSize) return all;
      }
      throw new Failure(`${owner}/${name} has more than ${mostPages * pageSize} versions.`, {
        code: 'TOO_MANY_VERSIONS',
        next: 'Delete the oldest by hand, then run this again.',
      });
    },
    async partsOf(digest) {
      pull ??= pullToken();
      const reply = await answerOf(registryUrl, `/v2/${owner}/${name}/manifests/${digest}`, 'GET', {
        accept: manifestTypes.join(', '),
        authorization: `Bearer ${await pull}`,
      });
      const manifest = await jsonOf<{ manifests?: readonly { digest: string }[] }>(reply);
      return (manifest.manifests ?? []).map((one) => one.digest);
    },
    async remove(id) {
      base ??= findPackage();
      (await api('DELETE', `${await base}/versions/${id}`)).discard();
    },
  };
}

interface VersionRow {
  readonly id: number;
  readonly name: string;
  readonly created_at: string;
  readonly metadata?: { readonly container?: { readonly tags?: readonly string[] } };
}

const versionOf = ({ id, name, created_at: createdAt, metadata }: VersionRow): PackageVersion => ({
  id,
  digest: name,
  createdAt,
  tags: metadata?.container?.tags ?? [],
});

async function answerOf(
  url: string,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const what = `${method} ${url}${path.replace(/\?.*/, '')}`;
  const sent = exchange(url.replace(/\/$/, ''), {
    method,
    path,
    headers: { 'user-agent': 'mkt', ...headers },
  });
  const reply = await sent.catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw refused(what, reply, await reply.text());
}

function unreachable(url: string, error: unknown): unknown {
  const code = rootCodeOf(error);
  if (code === undefined) return error;
  return new Failure(`Nothing answers at ${url} (${code}).`, {
    code: 'UNREACHABLE',
    exit: exitCodes.noUpstream,
    next: 'See whether the address is right and the network there, then run this again.',
    cause: error,
  });
}

/** GitHub answers 403 both for a right that is missing and for a rate that is used up. */
function refused(what: string, reply: Reply, text: string): Failure {
  const said = messageOf(text);
  const message = `${what} was answered with ${reply.status}${said ? `: ${said}` : '.'}`;
  const isBusy = reply.status === 429 || reply.header('x-ratelimit-remaining') === '0';
  if (isBusy) {
    const next = 'Wait for the hour to end, then run this again.';
    return new Failure(message, { code: 'RATE_LIMITED', exit: exitCodes.quotaExhausted, next });
  }
  if (reply.status === 401 || reply.status === 403) {
    const next = 'Give GITHUB_TOKEN the right to delete packages (packages: write in a workflow).';
    return new Failure(message, { code: 'FORBIDDEN', exit: exitCodes.notAuthorized, next });
  }
  if (reply.status >= 500) {
    const next = 'Run this again later.';
    return new Failure(message, { code: 'REGISTRY_AWAY', exit: exitCodes.noUpstream, next });
  }
  const next = 'See that the package is there, and that the token may read it.';
  return new Failure(message, { code: 'REGISTRY_REFUSED', next });
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

async function jsonOf<Body>(reply: Reply): Promise<Body> {
  try {
    return JSON.parse(await reply.text()) as Body;
  } catch (cause) {
    throw new Failure(`What ${reply.origin} answered is not JSON.`, {
      code: 'UNEXPECTED_REPLY',
      next: 'Check the address: --api-url, --registry-url',
      cause,
    });
  }
}
