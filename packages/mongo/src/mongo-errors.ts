import { Fault, type FaultCode } from '@mkt/service-kit';
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';

const duplicateKey = 11_000;
/** Shutting down, no longer primary, or the login or the cluster refuses for now. */
const unavailableCodes = new Set([6, 7, 18, 89, 91, 189, 8_000, 9_001, 10_107, 11_600, 11_602]);
const notPrimaryCodes = new Set([13_435, 13_436]);
const timeoutCodes = new Set([50, 262]);
const overloadedCodes = new Set([462, 16_500]);
const diskFullCode = 14_031;

/** A key, the id or a unique one, is there already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && Number(error.code) === duplicateKey;
}

function codeOf(error: unknown, signal: AbortSignal): FaultCode | undefined {
  if (signal.aborted || isTimeout(error)) return 'DEPENDENCY_TIMEOUT';
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) {
    return 'DEPENDENCY_UNAVAILABLE';
  }
  if (error instanceof MongoTopologyClosedError || error instanceof MongoNotConnectedError) {
    return 'DEPENDENCY_UNAVAILABLE';
  }
  if (!(error instanceof MongoError)) return undefined;
  const code = Number(error.code);
  if (code === diskFullCode) return 'DISK_FULL';
  if (timeoutCodes.has(code)) return 'DEPENDENCY_TIMEOUT';
  if (overloadedCodes.has(code)) return 'DEPENDENCY_OVERLOADED';
  if (unavailableCodes.has(code) || notPrimaryCodes.has(code)) return 'DEPENDENCY_UNAVAILABLE';
  return undefined;
}

function isTimeout(error: unknown): boolean {
  if (error instanceof MongoNetworkTimeoutError) return true;
  if (error instanceof MongoOperationTimeoutError) return true;
  // Not exported. No connection was free, or none could be made: the pool cannot tell.
  return error instanceof MongoError && error.name === 'MongoWaitQueueTimeoutError';
}

const sentences: Readonly<Record<FaultCode, string>> = {
  DEPENDENCY_UNAVAILABLE: 'The document store does not answer',
  DEPENDENCY_TIMEOUT: 'The document store did not answer in time',
  DEPENDENCY_OVERLOADED: 'The document store has too much to do',
  CONFLICTING_WRITE: 'The document was written by others all the time',
  DISK_FULL: 'The document store has no space left',
};

/** Tells an absent, slow or full store apart from a bug in a statement. */
export function mongoFaultOf(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof Fault || isDuplicateKey(error)) return error;
  // A bulk hides what broke the connection, and is told by having no refused write.
  const cause = error instanceof MongoBulkWriteError ? (error.errorResponse ?? error) : error;
  const code = codeOf(error, signal) ?? codeOf(cause, signal);
  return code ? new Fault(code, sentences[code], { cause: error }) : error;
}
