import { Flags } from '@oclif/core';
import type { Api } from './adapters/api.ts';
import { type ApiClient, createApiClient } from './adapters/api-client.ts';
import { type Credentials, fileCredentials, noCredentials } from './adapters/credentials.ts';
import { readSettings, type Settings } from './adapters/settings.ts';
import { httpTransport, type Transport } from './adapters/transport.ts';
import { MktCommand } from './mkt-command.ts';
import { readClock } from './operations/platform.ts';
import { moment, relative } from './ui/format.ts';

const watchIntervalMs = 2_000;

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly as?: string | undefined;
}

export interface Connection {
  readonly api: ApiClient;
  /** Without a session, whoever is logged in. */
  readonly guest: ApiClient;
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly transport: Transport;
}

/** A command that talks to a marketplace, as one of the profiles that are logged in there. */
export abstract class ApiCommand extends MktCommand {
  static override baseFlags = {
    ...MktCommand.baseFlags,
    url: Flags.string({
      summary: 'Address of the marketplace',
      env: 'MKT_URL',
      helpGroup: 'GLOBAL',
      helpValue: 'URL',
    }),
    as: Flags.string({
      summary: 'Profile to act as: one shell can be operator, vendor and shopper',
      env: 'MKT_PROFILE',
      helpGroup: 'GLOBAL',
      helpValue: 'PROFILE',
    }),
  };

  /** `anonymous` where the marketplace answers to everybody. */
  protected async connect(
    { url, as }: ConnectionFlags,
    { anonymous = false } = {},
  ): Promise<Connection> {
    const { configDir } = this.config;
    const settings = await readSettings({
      given: { url, as },
      workingDir: process.cwd(),
      configDir,
    });
    const credentials = fileCredentials({ configDir, ...settings });
    const transport = httpTransport({ url: settings.url, say: (line) => this.tell(line) });
    const api = createApiClient({ ...settings, transport, credentials, anonymous });
    const nobody = { credentials: noCredentials, anonymous: true };
    const guest = createApiClient({ ...settings, transport, ...nobody });
    return { api, guest, settings, credentials, transport };
  }

  protected async api(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags)).api;
  }

  protected async publicApi(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags, { anonymous: true })).api;
  }

  /**
   * How moments are shown: to a person who looks now, from now, by the business clock, which need
   * not be the wall's; to a file or program, whole.
   */
  protected async moments(api: Api): Promise<(timestamp: string | null | undefined) => string> {
    if (this.terminal.outColumns === undefined || this.jsonEnabled()) return moment;
    const now = Date.parse((await readClock(api)).now);
    return (timestamp) => relative(timestamp, now);
  }

  /**
   * Shows what was found; where it is watched, again whenever it has changed, until Ctrl-C. On a
   * terminal it stays in one place.
   */
  protected async watched<Found>(
    isWatching: boolean,
    find: () => Promise<Found>,
    show: (found: Found) => void,
  ): Promise<Found> {
    let shown: string | undefined;
    for (;;) {
      const found = await find();
      const content = JSON.stringify(found);
      if (content !== shown) {
        if (isWatching) this.terminal.clear();
        show(found);
        if (isWatching && this.jsonEnabled()) this.logJson(this.toSuccessJson(found));
      }
      if (!isWatching) return found;
      shown = content;
      await new Promise((resolve) => setTimeout(resolve, watchIntervalMs));
    }
  }
}
