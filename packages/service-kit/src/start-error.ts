/** Stable codes of what keeps a process from starting. */
export type StartErrorCode =
  | 'ADDRESS_REFUSED'
  | 'CONFIGURATION_WRONG'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_LOGIN_REFUSED'
  | 'DATABASE_MISSING'
  | 'DATABASE_TLS_REFUSED'
  | 'DATABASE_TOO_OLD'
  | 'DATABASE_RIGHTS_MISSING'
  | 'DATABASE_ROLE_UNSAFE'
  | 'MIGRATION_FAILED'
  | 'MIGRATION_HASTY'
  | 'PORT_TAKEN'
  | 'SCHEMA_BEHIND'
  | 'SCHEMA_CONTRACTED'
  | 'STORE_LOGIN_REFUSED'
  | 'STORE_TLS_REFUSED'
  | 'STORE_TOO_OLD'
  | 'STORE_UNREACHABLE';

/** Why a process does not start (`message`) and what to do about it (`next`). */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;
  readonly next: string;

  constructor(code: StartErrorCode, message: string, next: string, options?: { cause: unknown }) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}
