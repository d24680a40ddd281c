/** What a process does next. Without a command it waits for a signal or for `dueAt`. */
export interface ProcessStep<State, Command> {
  readonly state: State;
  readonly step: string;
  readonly command?: Command;
  readonly dueAt?: Date;
  readonly done?: boolean;
  readonly releasesClaim?: boolean;
}
