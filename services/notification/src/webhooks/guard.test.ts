import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guardedLookup, isPublicAddress } from './address-guard.ts';
import { signatureOf } from './signature.ts';
import { checkWebhookUrl } from './url.ts';

describe('the guard of addresses', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    'not an address',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
    'lets %s pass',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test('refuses a name whose address is this machine', async () => {
    const error = await new Promise((resolve) => {
      guardedLookup('localhost', { all: true }, (failure) => resolve(failure));
    });
    expect(error).toMatchObject({
      name: 'DeliveryError',
      reason: 'the address is not a public one',
    });
  });
});

describe('the address of a webhook', () => {
  test.each([
    'http://example.test/hook',
    'ftp://example.test/',
    'https://user:secret@example.test/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:a00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'nonsense',
  ])('is refused as %s', (url) => {
    const checked = checkWebhookUrl(url, false);
    expect(checked).toMatchObject({ ok: false, error: { code: 'WEBHOOK_URL_REFUSED' } });
  });

  test('is taken as https, and as loopback only where that is allowed', () => {
    expect(checkWebhookUrl('https://example.test/hook?a=1#x', false)).toEqual({
      ok: true,
      value: 'https://example.test/hook?a=1',
    });
    expect(checkWebhookUrl('http://127.0.0.1:9/hook', false).ok).toBe(false);
    expect(checkWebhookUrl('http://127.0.0.1:9/hook', true).ok).toBe(true);
    expect(checkWebhookUrl('http://10.0.0.1:9/hook', true).ok).toBe(false);
  });
});

describe('the signature', () => {
  test('is what a receiver computes over time and body', () => {
    const at = new Date('2026-03-01T12:00:00.900Z');
    const mac = createHmac('sha256', 'whsec_x').update('1772366400.{"a":1}').digest('hex');
    expect(signatureOf('whsec_x', '{"a":1}', at)).toBe(`t=1772366400,v1=${mac}`);
  });

  test('differs for another body, secret or second', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (body, other) => {
        fc.pre(body !== other);
        const at = new Date(1_772_366_400_000);
        const signed = signatureOf('a', body, at);
        expect(signatureOf('a', other, at)).not.toBe(signed);
        expect(signatureOf('b', body, at)).not.toBe(signed);
        expect(signatureOf('a', body, new Date(Number(at) + 1_000))).not.toBe(signed);
      }),
      { numRuns: 50 },
    );
  });
});
