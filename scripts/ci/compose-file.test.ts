import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { explainService } from '../../marketplace/src/settings/explain.ts';
import { serviceNames } from '../../packages/topology/src/index.ts';
import { fromRoot } from '../bootstrap/root.mjs';

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}

const file = parse(readFileSync(fromRoot('compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Container>>;
};
const secrets: Readonly<Record<string, string>> = {
  PEER_SECRET: 'p'.repeat(64),
  SECRET_KEY: 'k'.repeat(43),
  POSTGRES_PASSWORD: 'a-password',
  VALKEY_PASSWORD: 'a-password',
  MONGODB_PASSWORD: 'a-password',
  OPERATOR_PASSWORD: 'a-long-password',
};

/** As compose fills variables in, with a default or a complaint where one is missing. */
function filledIn(text: string): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, how, rest) => {
    const value = secrets[name] ?? (how === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`Nothing says what ${name} is`);
    return value;
  });
}

test('runs every service, and every image has a version', () => {
  const stores = ['postgres', 'valkey', 'mongodb'];
  expect(Object.keys(file.services).toSorted()).toEqual([...serviceNames, ...stores].toSorted());
  for (const { image } of Object.values(file.services)) expect(image).toMatch(/:\d+\.\d+/);
});

test.each(serviceNames)('tells %s settings that it knows and could start with', (name) => {
  const container = file.services[name];
  expect(container?.command).toEqual([name]);
  const env = Object.fromEntries(
    Object.entries(container?.environment ?? {}).map(([key, value]) => [key, filledIn(value)]),
  );
  const { settings = [] } = explainService(name, env);
  expect(settings.filter(({ problem }) => problem !== null)).toEqual([]);
  const known = settings.map((setting) => setting.name);
  expect(Object.keys(env).filter((key) => !known.includes(key))).toEqual([]);
});

test('opens no port but the gateway’s, and that to this machine alone', () => {
  const open = Object.entries(file.services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => [name, port]),
  );
  expect(open).toEqual([['gateway', '127.0.0.1:8080:8080']]);
});
