import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Seals what a service must be able to read again and nobody may read in its database. */
export interface Secrets {
  /** The context is what the text belongs to: sealed there, it opens nowhere else. */
  seal(context: string, text: string): string;
  /** A text that was stored before secrets were sealed is given back as it is. */
  open(context: string, stored: string): string;
  /** What is sealed with the newest key begins so; all else is to be sealed anew. */
  readonly currentPrefix: string;
}

/** The secret key is not what it must be; says what to do. */
export class SecretKeyError extends Error {
  override readonly name = 'SecretKeyError';
  readonly code: 'SECRET_KEY_INVALID' | 'SECRET_KEY_WRONG';
  readonly next: string;

  constructor(code: SecretKeyError['code'], message: string, next: string) {
    super(message);
    this.code = code;
    this.next = next;
  }
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** `s1.<id of the secret key>.<iv, ciphertext and tag>`; a later form gets another number. */
const sealedPattern = /^s1\.([0-9a-f]{12})\.([A-Za-z0-9_-]+)$/;
const keyPattern = /^[A-Za-z0-9_-]{43}$/;
/** More are a mistake: a rotation needs two. */
const mostKeys = 5;

/** A fresh secret key, as the setting takes it. */
export function newSecretKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

interface DerivedKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * `setting` is one secret key, or several with commas between them: the first seals, all open. Each
 * service derives keys of its own, so none can open what another has sealed.
 */
export function createSecrets(setting: string, service: string): Secrets {
  const keys = parseKeys(setting).map((master) => derive(master, service));
  const newest = keys[0] as DerivedKey;
  return {
    seal(context, text) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, newest.key, iv).setAAD(Buffer.from(context));
      const body = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `s1.${newest.id}.${Buffer.concat(body).toString('base64url')}`;
    },
    open(context, stored) {
      const [, id, body] = sealedPattern.exec(stored) ?? [];
      if (id === undefined || body === undefined) return stored;
      const known = keys.find((key) => key.id === id);
      if (!known) throw wrongKey(service, id, newest.id);
      return decrypt(known.key, context, Buffer.from(body, 'base64url'));
    },
    currentPrefix: `s1.${newest.id}.`,
  };
}

function parseKeys(setting: string): Buffer[] {
  const texts = setting.split(',').map((text) => text.trim());
  if (texts.length > mostKeys || !texts.every((text) => keyPattern.test(text))) {
    throw new SecretKeyError(
      'SECRET_KEY_INVALID',
      `The secret key is not 32 bytes in base64url, or not one to ${mostKeys} of these.`,
      'Give the key as it was made, or NEW,OLD to change it (mkt dev reads secret.key). ' +
        'A fresh one: node -p "crypto.randomBytes(32).toString(\'base64url\')"',
    );
  }
  return texts.map((text) => Buffer.from(text, 'base64url'));
}

/** The id is of the secret key itself: it tells which one is missing, and nothing about it. */
function derive(master: Buffer, service: string): DerivedKey {
  const id = createHash('sha256').update('mkt secret key id').update(master).digest('hex');
  const key = Buffer.from(hkdfSync('sha256', master, '', `mkt sealed ${service}`, keyBytes));
  return { id: id.slice(0, 12), key };
}

function decrypt(key: Buffer, context: string, bytes: Buffer): string {
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
  const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
  return Buffer.concat([text, decipher.final()]).toString('utf8');
}

function wrongKey(service: string, needed: string, given: string): SecretKeyError {
  return new SecretKeyError(
    'SECRET_KEY_WRONG',
    `Secrets of the ${service} service were sealed with the secret key ${needed}, ` +
      `and this process was given ${given}.`,
    'Put the former key back (mkt dev reads it from secret.key in the data folder). ' +
      'To change the key, give both, the new one first: NEW,OLD. ' +
      'Where it is lost: docs/runbooks/lost-secret-key.md',
  );
}
