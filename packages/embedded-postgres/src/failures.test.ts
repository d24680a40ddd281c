import { expect, test } from 'vitest';
import { LaunchError } from './errors.ts';
import { fromLog, fromSystemError } from './failures.ts';

const attempt = { dataDir: '/data', port: 5_555, what: 'the server ended at once' };

test.each([
  ['DISK_FULL', 'FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device'],
  ['DISK_FULL', 'initdb: error: could not create directory "x": Disk quota exceeded'],
  ['DISK_FULL', 'FATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes'],
  ['PORT_TAKEN', 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'],
  ['DATA_FOLDER_UNREADABLE', 'FATAL:  could not open file "PG_VERSION": Permission denied'],
  ['DATA_FOLDER_UNREADABLE', 'FATAL:  data directory "/data" has wrong ownership'],
  ['START_FAILED', 'FATAL:  could not resize shared memory segment: No space left on device'],
  ['START_FAILED', 'FATAL:  something new'],
])('%s is read from: %s', (code, line) => {
  expect(fromLog(['LOG:  starting', line], attempt)).toMatchObject({ code });
});

test('a failure without a name shows the last log lines', () => {
  expect(fromLog(['first', 'second'], attempt).message).toContain('first\n  second');
});

test.each([
  ['DISK_FULL', 'ENOSPC'],
  ['DATA_FOLDER_UNREADABLE', 'EACCES'],
  ['DATA_FOLDER_UNREADABLE', 'EROFS'],
  ['START_FAILED', 'EMFILE'],
])('%s is the name of %s from the file system', (code, errno) => {
  const error = Object.assign(new Error('refused'), { code: errno });
  expect(fromSystemError(error, attempt)).toMatchObject({ code, cause: error });
});

test('bugs and errors that have a name already pass unchanged', () => {
  const bug = new TypeError('undefined is not a function');
  const named = new LaunchError('PORT_TAKEN', { message: 'taken', next: 'choose another' });
  expect(fromSystemError(bug, attempt)).toBe(bug);
  expect(fromSystemError(named, attempt)).toBe(named);
});
