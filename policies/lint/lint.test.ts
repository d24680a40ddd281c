import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';

const day = '2026-11-27';
const program = 'services/order/src/app.ts';
const rendered = 'argocd/rendered/staging/sales/order.yaml';
const said = (path: string, text: string) => lint([{ path, text }], { day });
const rulesIn = (path: string, text: string): readonly string[] =>
  said(path, text).map(({ rule }) => rule);

describe('timed pops', () => {
  it('cost a command each time', () => {
    const [found] = said(program, "await redis.brpop(\n  'jobs', 10);");
    expect(found).toMatchObject({
      rule: 'timed-pop',
      line: 1,
      cost: { limitId: 'upstash.commands.count', quantity: 267_840, allowance: 500_000, usd: 0 },
    });
  });

  it('of five seconds and less are more than a month gives, and have a price', () => {
    const [found] = said(program, 'const waitSeconds = 1;\nclient.BLPOP(key, waitSeconds);');
    expect(found).toMatchObject({ line: 2, cost: { quantity: 2_678_400 } });
    expect(found?.cost?.usd).toBeCloseTo(4.36, 2);
  });

  it.each([
    "await redis.xread('BLOCK', 5000, 'STREAMS', 'orders', '$');",
    "await redis.xreadgroup('GROUP', 'g', 'me', 'COUNT', 10, 'BLOCK', waitMs, 'STREAMS', 'o', '>');",
    'await redis.blmpop(2, 1, key);',
    "import { Worker } from 'bullmq';",
  ])('are found in %s', (text) => {
    expect(rulesIn(program, text)).toEqual(['timed-pop']);
  });

  it.each([
    "await redis.brpop('jobs', 0);",
    "await redis.xread('BLOCK', 0, 'STREAMS', 'orders', '$');",
    "await redis.lpop('jobs');",
    "// await redis.brpop('jobs', 10);",
    "import { Worker } from 'bullmq';\nnew Worker(q, f, { drainDelay: 300 });",
  ])('are not found in %s', (text) => {
    expect(rulesIn(program, text)).toEqual([]);
  });

  it('are left to tests and benchmarks', () => {
    expect(rulesIn('services/order/test/a.test.ts', "redis.brpop('jobs', 10)")).toEqual([]);
    expect(rulesIn('services/order/src/a.test.ts', "redis.brpop('jobs', 10)")).toEqual([]);
    expect(rulesIn('bench/a.ts', "redis.brpop('jobs', 10)")).toEqual([]);
  });
});

describe('fast timers', () => {
  it('keep a database awake for more than a month gives', () => {
    const text = 'export function start() {\n  setInterval(() => void relay.poll(), 60_000);\n}';
    expect(said(program, text)).toMatchObject([
      {
        rule: 'fast-timer',
        line: 2,
        cost: { limitId: 'neon.compute.cu-hours', quantity: 186, allowance: 100, usd: 9.116 },
      },
    ]);
  });

  it.each(['const outboxPollMs = 500;', 'const options = { sweepIntervalSeconds: 20 };'])(
    'are found where they are stated: %s',
    (text) => {
      expect(rulesIn(program, text)).toEqual(['fast-timer']);
    },
  );

  it.each([
    'setInterval(sweep, 30 * 60_000);',
    'setInterval(sweep, options.intervalMs);',
    'const sweepIntervalMs = 1_800_000;',
    'const timeoutMs = 500;',
  ])('are not found in %s', (text) => {
    expect(rulesIn(program, text)).toEqual([]);
  });

  it('end with whoever uses the command line', () => {
    expect(rulesIn('cli/src/watch.ts', 'const watchIntervalMs = 2_000;')).toEqual([]);
  });

  const settings = (seconds: number, egress: string) => `kind: NetworkPolicy
spec:
  egress:
    - to: [${egress}]
      ports: [{ port: 5432 }]
---
kind: ConfigMap
data:
  SWEEP_SECONDS: "${seconds}"
`;

  it('are found in settings of a service whose database is outside the cluster', () => {
    const outside = '{ ipBlock: { cidr: 0.0.0.0/0 } }';
    expect(said(rendered, settings(60, outside))).toMatchObject([
      { rule: 'fast-timer', line: 9, what: expect.stringContaining('SWEEP_SECONDS') },
    ]);
    expect(said(rendered, settings(1_800, outside))).toEqual([]);
    expect(said(rendered, settings(60, '{ podSelector: {} }'))).toEqual([]);
  });
});

describe('fast schedules', () => {
  it.each([
    [program, "new CronJob({ schedule: '*/10 * * * *' })"],
    [program, 'schedule("*/10 * * * *", sweep);'],
    [rendered, 'kind: CronJob\nspec:\n  schedule: "*/10 * * * *"'],
    [rendered, 'kind: CronJob\nspec:\n  schedule: 0,10 * * * *'],
  ])('are found in %s: %s', (path, text) => {
    const found = said(path, text).filter(({ rule }) => rule === 'fast-schedule');
    expect(found).toMatchObject([{ line: path === program ? 1 : 3, cost: { quantity: 94.6 } }]);
  });

  it.each([
    [program, "new CronJob({ schedule: '*/30 * * * *' })"],
    [rendered, 'kind: CronJob\nspec:\n  schedule: "15 3 * * *"'],
  ])('are not found in %s: %s', (path, text) => {
    expect(rulesIn(path, text)).not.toContain('fast-schedule');
  });
});

describe('health checks', () => {
  it.each([
    "app.get('/healthz', async () => {\n  await db.query('SELECT 1');\n});",
    "app.get('/metrics', () => redis.ping());",
    "route({ path: '/readyz', handle: () => pool.query(sql) });",
  ])('that ask a store are found: %s', (text) => {
    expect(said(program, text)).toMatchObject([{ rule: 'health-check', line: 1 }]);
  });

  it.each([
    "app.get('/healthz', async () => ({ status: 'ok' }));\nawait db.query('SELECT 1');",
    "app.get('/readyz', () => isReady());",
    "app.get('/v1/orders', () => db.query(sql));",
  ])('that answer from memory are not: %s', (text) => {
    expect(rulesIn(program, text)).toEqual([]);
  });

  const probe = (image: string, command: string) => `kind: Deployment
metadata: { name: order }
spec:
  template:
    spec:
      nodeSelector: { kubernetes.io/arch: arm64 }
      containers:
        - name: main
          image: ${image}@sha256:${'a'.repeat(64)}
          resources: { requests: { cpu: 1m, memory: 1Mi }, limits: { memory: 1Mi } }
          readinessProbe:
            exec: { command: [${command}] }
            periodSeconds: 15
`;

  it('by a probe that runs a client are found, where it is not the store itself', () => {
    expect(said(rendered, probe('shop', 'pg_isready, -h, db'))).toMatchObject([
      { rule: 'health-check', line: 12, cost: { quantity: 186 } },
    ]);
    expect(said(rendered, probe('valkey/valkey', 'valkey-cli, ping'))).toEqual([]);
    expect(said(rendered, probe('shop', 'cat, /tmp/ready'))).toEqual([]);
  });
});

describe('terms', () => {
  const workflow = '.github/workflows/deploy.yml';

  it.each([
    [workflow, 'jobs:\n  - run: npx vercel deploy --prod', 2, 'vercel.hobby.commerce'],
    ['web/vercel.json', '{}', 1, 'vercel.hobby.commerce'],
    [workflow, 'on: push\nsteps:\n  - uses: actions/deploy-pages@v4', 3, 'github.pages.commerce'],
    ['packages/topology/src/a.ts', "host: 'mkt.github.io'", 1, 'github.pages.commerce'],
    [workflow, 'env:\n  X: secrets.UPSTASH_API_KEY_2', 2, 'upstash.terms.second-account'],
    ['stacks/oracle.ts', 'const t = env.OCI_TENANCY_OCID_B;', 1, 'oracle.terms.second-account'],
    [workflow, 'steps:\n  - run: stress-ng --cpu 2', 2, 'oracle.terms.synthetic-load'],
    ['argocd/apps/busy.yaml', 'image: lookbusy', 1, 'oracle.terms.synthetic-load'],
    ['stacks/cloud-init.sh', './xmrig -o stratum+tcp://a', 1, 'oracle.terms.mining'],
  ])('%s that says %j breaks one', (path, text, line, id) => {
    const [found] = said(path, text).filter(({ rule }) => rule === 'terms');
    expect(found).toMatchObject({ line, clause: { id, text: expect.stringMatching(/\w+ \w+/) } });
  });

  it('two tenancies are two accounts, and one is not', () => {
    const [a, b] = ['ocid1.tenancy.oc1..aaa', 'ocid1.tenancy.oc1..bbb'];
    expect(said('stacks/main.ts', `x('${a}');\ny('${b}');`)).toMatchObject([
      { line: 2, clause: { id: 'oracle.terms.second-account' } },
    ]);
    expect(said('stacks/main.ts', `x('${a}');\ny('${a}');`)).toEqual([]);
  });

  it.each([
    [workflow, '  - uses: cloudflare/wrangler-action@v3'],
    [workflow, '    X: secrets.UPSTASH_API_KEY'],
    ['stacks/oracle.ts', 'const t = env.OCI_TENANCY_OCID;'],
    ['docs/choices.md', 'npx vercel deploy'],
    ['policies/lint/rules/terms.ts', 'xmrig'],
  ])('%s that says %j breaks none', (path, text) => {
    expect(said(path, text)).toEqual([]);
  });
});

describe('rendered manifests', () => {
  const good = `kind: CronJob
metadata: { name: dump }
spec:
  jobTemplate:
    spec:
      template:
        spec:
          affinity:
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                  - matchExpressions:
                      - { key: kubernetes.io/arch, operator: In, values: [arm64] }
          containers:
            - name: main
              image: shop@sha256:${'a'.repeat(64)}
              resources:
                requests: { cpu: 10m, memory: 32Mi }
                limits: { memory: 64Mi }
`;

  it('that name digest, requests and architecture have no finding', () => {
    expect(said(rendered, `kind: Service\n---\n${good}`)).toEqual([]);
  });

  it.each<[string, string, string, number]>([
    [`@sha256:${'a'.repeat(64)}`, ':latest', 'image-digest', 16],
    [`@sha256:${'a'.repeat(64)}`, '@sha256:abc', 'image-digest', 16],
    ['cpu: 10m, ', '', 'requests', 18],
    ['memory: 64Mi', 'cpu: 64m', 'requests', 18],
    ['key: kubernetes.io/arch', 'key: kubernetes.io/os', 'architecture', 8],
    ['requiredDuring', 'preferredDuring', 'architecture', 8],
  ])('in which %j is %j have one', (from, to, rule, line) => {
    expect(said(rendered, good.replace(from, to))).toMatchObject([{ rule, line, file: rendered }]);
  });

  it('name an architecture in every term: they are alternatives', () => {
    const term = '                  - matchExpressions:\n';
    const other = `${term}                      - { key: node, operator: In, values: [x] }\n`;
    expect(rulesIn(rendered, good.replace(term, other + term))).toEqual(['architecture']);
  });

  it('are told apart in a file of several, each with its line', () => {
    const both = `${good}---\n${good.replace(`@sha256:${'a'.repeat(64)}`, '')}`;
    expect(said(rendered, both)).toMatchObject([{ rule: 'image-digest', line: 36 }]);
    const other = good
      .replace('containers:', 'initContainers:')
      .replace('image: shop', 'image: x:1 #');
    expect(rulesIn(rendered, other)).toEqual(['image-digest']);
  });
});

describe('a finding is allowed', () => {
  const line = 'setInterval(beat, 1_000);';

  it('by a reason on its line, or alone on the line before', () => {
    expect(said(program, `${line} // mkt-allow fast-timer: it asks no store`)).toEqual([]);
    expect(said(program, `// mkt-allow fast-timer: it asks no store\n${line}`)).toEqual([]);
    const workflow = '.github/workflows/a.yml';
    expect(said(workflow, '- run: npm publish gh-pages # mkt-allow terms: sells nothing')).toEqual(
      [],
    );
  });

  it.each([
    [`${line} // mkt-allow fast-timer`, ['fast-timer', 'suppression'], /without a reason/],
    [`${line} // mkt-allow fast-timer: ok`, ['fast-timer', 'suppression'], /without a reason/],
    [
      `${line} // mkt-allow timed-pop: it asks no store`,
      ['fast-timer', 'suppression'],
      /nothing here/,
    ],
    [
      `${line} // mkt-allow timers: it asks no store`,
      ['fast-timer', 'suppression'],
      /names no rule/,
    ],
    [`a(); // mkt-allow fast-timer: it asks no store`, ['suppression'], /allows nothing/],
  ])('not by %s', (text, rules, what) => {
    const found = said(program, text);
    expect(found.map(({ rule }) => rule).sort()).toEqual(rules);
    expect(found.find(({ rule }) => rule === 'suppression')?.what).toMatch(what);
  });
});

it('findings come by place', () => {
  const files = [
    { path: 'services/b/src/a.ts', text: 'const pollMs = 1;' },
    { path: 'services/a/src/a.ts', text: 'a();\nconst pollMs = 1;\nredis.brpop(a, 1);' },
  ];
  expect(lint(files, { day }).map(({ file, line }) => `${file}:${line}`)).toEqual([
    'services/a/src/a.ts:2',
    'services/a/src/a.ts:3',
    'services/b/src/a.ts:1',
  ]);
});
