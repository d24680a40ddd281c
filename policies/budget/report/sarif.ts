import type { Report, ReportLine } from './report.ts';

const ruleTexts: Readonly<Record<string, string>> = {
  quota: 'An allowance holds everything that uses it',
  'profile/may-cost': 'A profile beyond the free allowance is accepted in writing',
  'placement/fit': 'Every pod finds a node',
  'placement/luck': 'Every pod finds a node in whichever order pods come',
  'placement/turns': 'The next versions of everything have room at once',
  'placement/headroom': 'Requests stay below 85% of what a node can allocate',
  'placement/limits': 'Limits together stay below what a node can allocate',
  'placement/unbounded': 'Every container has a memory limit',
  'placement/scaling': 'An autoscaler has room for its most replicas',
  'placement/namespace-quota': 'A namespace has room for its rollouts',
  'placement/disruption': 'A node can be drained',
  'placement/services': 'Every service has a place',
  'placement/controller': 'Every custom resource has a controller that was counted',
  'placement/architecture': 'Every image runs where it is put',
  'disk/local-volumes': 'Local volumes fit on the disk of their node',
  'machines/replacement': 'A machine can be replaced within the allowance',
  'quota/not-judged': 'Every allowance is counted, or has a reason why not',
  'machines/capacity': 'The expected month fits the processors and the disk',
  'machines/quorum': 'As many servers may fail as was promised',
  'terms/assumption': 'What is taken for granted agrees with the limits catalogue',
  'terms/barred': 'No use is barred by the terms of its provider',
  'data/backup': 'Data is copied to another provider',
  'data/one-home': 'Data is written to one place',
  'data/queue': 'A message is gone when it is done, not when it is taken',
};

const levels = { error: 'error', warning: 'warning', note: 'note', ok: 'none' } as const;

/** The findings as SARIF 2.1.0, which code hosts show beside the lines that they are about. */
export function sarifOf({ findings }: Report): unknown {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mkt budget check',
            rules: rules.map((id) => ({
              id,
              shortDescription: { text: ruleTexts[id] ?? id },
            })),
          },
        },
        results: findings.map((line) => resultOf(line, rules)),
      },
    ],
  };
}

/** A finding that no file says is about the environment as a whole. */
const wholePlace = { file: 'packages/topology/src/environments.ts', line: 1 };

function resultOf(line: ReportLine, rules: readonly string[]) {
  const { file, line: startLine } = { ...wholePlace, ...line };
  const { rule, severity, subject, arithmetic, why = '', remedy = '', share, limitId } = line;
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: levels[severity],
    message: { text: `${subject}: ${why}. ${arithmetic}. ${remedy}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file, uriBaseId: '%SRCROOT%' },
          region: { startLine },
        },
      },
    ],
    partialFingerprints: { 'mkt/v1': [rule, limitId ?? '', subject].join('|') },
    properties: { ...(share === undefined ? {} : { share }), ...(limitId ? { limitId } : {}) },
  };
}
