import { type BarredUse, termsAt } from '../../limits/index.ts';
import type { Found, LintFile, LintRule } from '../model.ts';

/** Something in a file that says the platform is used in a way that a clause bars. */
interface Sign {
  readonly provider: string;
  readonly bars: BarredUse;
  /** Where there may be such a sign; everywhere that terms are looked for unless given. */
  readonly path?: RegExp;
  readonly text: RegExp;
  readonly what: (match: RegExpExecArray) => string;
  readonly remedy: string;
}

const shopElsewhere = 'Publish the storefront with Cloudflare Pages, or serve it from the cluster.';

const signs: readonly Sign[] = [
  {
    provider: 'vercel',
    bars: 'commerce',
    text: /\bvercel\s+(?:deploy|--prod|pull|build)\b|amondnet\/vercel-action|@vercel\/\w+|@pulumiverse\/vercel|\.vercel\.app\b/i,
    what: ([sign]) => `the shop would run on Vercel (${sign})`,
    remedy: shopElsewhere,
  },
  {
    provider: 'vercel',
    bars: 'commerce',
    path: /(^|\/)vercel\.json$/,
    text: /[\s\S]/,
    what: () => 'the shop would run on Vercel (vercel.json)',
    remedy: shopElsewhere,
  },
  {
    provider: 'github.pages',
    bars: 'commerce',
    text: /actions\/(?:deploy-pages|upload-pages-artifact|configure-pages)|peaceiris\/actions-gh-pages|JamesIves\/github-pages-deploy-action|\bgh-pages\b|\.github\.io\b|^\s*pages:\s*write\b/m,
    what: ([sign]) => `the shop would be published on GitHub Pages (${sign.trim()})`,
    remedy: `${shopElsewhere} Documentation that sells nothing may say so: mkt-allow terms: why.`,
  },
  {
    provider: 'any',
    bars: 'second-account',
    text: /\b(OCI|ORACLE|UPSTASH|GITHUB|GH)_(?:\w+_)?(?:TENANCY|ACCOUNT|EMAIL|USER|API_KEY|TOKEN|KEY)(?:_\w+)?_(?:2|3|B|SECOND|SECONDARY|OTHER|ALT|SPARE)\b/,
    what: ([sign]) => `credentials of a second free account (${sign})`,
    remedy: 'Split inside the allowance of one account: Neon and Atlas have a project each.',
  },
  {
    provider: 'oracle.idle',
    bars: 'synthetic-load',
    text: /\b(?:NeverIdle|lookbusy|stress-ng|oci-keep-?alive|cpu-?burn|busy-?loop)\b|\bstress\s+--(?:cpu|vm)\b|\byes\s*>\s*\/dev\/null|\bdd\s+if=\/dev\/(?:zero|urandom)\s+of=\/dev\/null|\b(?:sha\d+sum|md5sum|openssl\s+speed)\b[^\n]*\/dev\/zero/i,
    what: ([sign]) => `load that nobody reads the result of (${sign})`,
    remedy:
      'Choose a machine that its work fills, or bring useful work forward: dumps, the restore ' +
      'drill, image variants. Being reclaimed is answered by building anew.',
  },
  {
    provider: 'oracle',
    bars: 'mining',
    text: /\b(?:xmrig|minerd|cpuminer|cryptonight|nicehash)\b|stratum\+tcp:/i,
    what: ([sign]) => `a miner (${sign})`,
    remedy: 'Take it out: the account would be closed.',
  },
];

/** What says where and how the platform runs; the catalogue and its rules name these things too. */
const isAboutRunning = (path: string): boolean =>
  /^(\.github|stacks|manifests|argocd|packages\/topology\/src|scripts)\/|^(Dockerfile|compose\.yaml|package\.json)$|(^|\/)vercel\.json$/.test(
    path,
  ) && !/\.test\.ts$|node_modules/.test(path);

export const terms: LintRule = {
  name: 'terms',
  why: 'A free plan is given under conditions, and a use that they bar ends the account.',
  appliesTo: isAboutRunning,
  find: (file, day) => [
    ...signs
      .filter(({ path }) => path?.test(file.path) ?? true)
      .flatMap((sign) => found(sign, file, day)),
    ...severalTenancies(file, day),
  ],
};

function found(sign: Sign, { text }: LintFile, day: string): readonly Found[] {
  const everywhere = new RegExp(sign.text.source, `${sign.text.flags}g`);
  const matches = [...text.matchAll(everywhere)].slice(0, sign.path ? 1 : undefined);
  return matches.map((match) => ({
    line: lineOf(text, match),
    what: sign.what(match as RegExpExecArray),
    remedy: sign.remedy,
    ...clauseOf(providerOf(sign, match[1]), sign.bars, day),
  }));
}

/** Two tenancies in one file are two accounts, whatever they are called. */
function severalTenancies({ text }: LintFile, day: string): readonly Found[] {
  const named = [...text.matchAll(/ocid1\.tenancy\.oc1\.\.[a-z0-9]+/g)];
  const other = named.find(([id]) => id !== named[0]?.[0]);
  if (!other) return [];
  return [
    {
      line: lineOf(text, other),
      what: 'two tenancies of Oracle, which are two accounts',
      remedy: 'Keep one: a person has one account, and its allowance is split inside it.',
      ...clauseOf('oracle', 'second-account', day),
    },
  ];
}

const lineOf = (text: string, match: RegExpMatchArray): number => {
  const start = (match.index ?? 0) + match[0].search(/\S/);
  return text.slice(0, start).split('\n').length;
};

const providers: Readonly<Record<string, string>> = {
  OCI: 'oracle',
  ORACLE: 'oracle',
  UPSTASH: 'upstash',
  GITHUB: 'github',
  GH: 'github',
};

const providerOf = ({ provider }: Sign, prefix: string | undefined): string =>
  provider === 'any' ? (providers[prefix ?? ''] ?? 'oracle') : provider;

/** The clause that is broken. There is one for every sign, or the rule would claim what none says. */
function clauseOf(provider: string, bars: BarredUse, day: string): Pick<Found, 'clause'> {
  const term = termsAt(day).find(
    (one) =>
      one.bars === bars &&
      (provider === one.appliesTo ||
        provider.startsWith(`${one.appliesTo}.`) ||
        one.appliesTo.startsWith(`${provider}.`)),
  );
  if (!term) throw new Error(`No clause of ${provider} bars ${bars}: add it to policies/limits.`);
  return { clause: { id: term.id, text: term.clause } };
}
