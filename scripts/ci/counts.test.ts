import { describe, expect, it } from 'vitest';
import { total } from './counts.mjs';

describe('the closing line of a run', () => {
  it('adds up commands that ended well', () => {
    const runs = [
      { ok: true, counts: { passed: 40, failed: 0 } },
      { ok: true, counts: { passed: 9, failed: 0 } },
    ];
    expect(total(runs)).toEqual({ passed: 49, failed: 0, ok: true });
  });

  it('counts a command that could not start as a failure', () => {
    expect(total([{ ok: false, counts: undefined }])).toEqual({ passed: 0, failed: 1, ok: false });
  });

  it('counts a command that failed after all its tests passed as a failure', () => {
    const runs = [{ ok: false, counts: { passed: 3, failed: 0 } }];
    expect(total(runs)).toEqual({ passed: 3, failed: 1, ok: false });
  });

  it('does not call a run good that counted a failure, or that left no counts', () => {
    expect(total([{ ok: true, counts: { passed: 3, failed: 2 } }])).toMatchObject({ ok: false });
    expect(total([{ ok: true, counts: undefined }])).toMatchObject({ failed: 1, ok: false });
  });
});
