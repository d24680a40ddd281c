/** Stable codes: callers and documentation may rely on them. */
export type LaunchErrorCode =
  | 'BINARIES_MISSING'
  | 'DATA_FOLDER_IN_USE'
  | 'DATA_FOLDER_NEWER'
  | 'DATA_FOLDER_OLDER'
  | 'DATA_FOLDER_UNREADABLE'
  | 'DISK_FULL'
  | 'PORT_TAKEN'
  | 'START_FAILED';

export type LaunchErrorDetails = { message: string; next: string; cause?: unknown };

/** Why the database did not start (`message`) and what the person should do (`next`). */
export class LaunchError extends Error {
  readonly code: LaunchErrorCode;
  readonly next: string;

  constructor(code: LaunchErrorCode, { message, next, cause }: LaunchErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.next = next;
  }
}

/** Another live process holds the data folder. */
export class DataFolderInUseError extends LaunchError {
  readonly folder: string;
  readonly holderPid: number;

  constructor(folder: string, holderPid: number) {
    super('DATA_FOLDER_IN_USE', {
      message: `The data folder ${folder} is in use by process ${holderPid}.`,
      next: `Stop process ${holderPid}, or choose another data folder.`,
    });
    this.folder = folder;
    this.holderPid = holderPid;
  }
}
