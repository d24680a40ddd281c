import { describe, expect, test } from 'vitest';
import { createSecrets, newSecretKey, SecretKeyError } from './sealed.ts';

const key = newSecretKey();
const secrets = createSecrets(key, 'user');

describe('a sealed secret', () => {
  test('opens to what it was, and no two seals are alike', () => {
    const sealed = secrets.seal('key:1', 'für Ada');
    expect(secrets.open('key:1', sealed)).toBe('für Ada');
    expect(sealed).not.toContain('Ada');
    expect(secrets.seal('key:1', 'für Ada')).not.toBe(sealed);
    expect(secrets.open('key:1', secrets.seal('key:1', ''))).toBe('');
  });

  test('opens neither elsewhere, nor for another service, nor when it was changed', () => {
    const sealed = secrets.seal('key:1', 'text');
    expect(() => secrets.open('key:2', sealed)).toThrow();
    expect(() => createSecrets(key, 'vendor').open('key:1', sealed)).toThrow();
    const changed = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    expect(() => secrets.open('key:1', changed)).toThrow();
  });

  test('of before there was sealing is read as it is', () => {
    expect(secrets.open('key:1', 'whsec_plain')).toBe('whsec_plain');
  });

  test('is opened by the old key and sealed anew by the new one in a rotation', () => {
    const old = secrets.seal('key:1', 'text');
    const both = createSecrets(`${newSecretKey()}, ${key}`, 'user');
    expect(both.open('key:1', old)).toBe('text');
    expect(old.startsWith(both.currentPrefix)).toBe(false);
    expect(both.seal('key:1', 'text').startsWith(both.currentPrefix)).toBe(true);
  });

  test('of another key says which key is missing and what to do', () => {
    const sealed = secrets.seal('key:1', 'text');
    const other = createSecrets(newSecretKey(), 'user');
    expect(() => other.open('key:1', sealed)).toThrow(
      expect.objectContaining({
        code: 'SECRET_KEY_WRONG',
        message: expect.stringContaining(sealed.split('.')[1] as string),
        next: expect.stringContaining('NEW,OLD'),
      }),
    );
  });

  test.each(['', 'short', `${key}=`, `${key},`, Array(6).fill(key).join(',')])(
    'needs a key that is one: %j',
    (setting) => {
      expect(() => createSecrets(setting, 'user')).toThrow(SecretKeyError);
    },
  );
});
