import { Flags } from '@oclif/core';
import type { Api } from './adapters/api.ts';
import { createApiClient } from './adapters/api-client.ts';
import { type Credentials, fileCredentials } from './adapters/credentials.ts';
import { type Settings, readSettings } from './adapters/settings.ts';
import { fetchTransport } from './adapters/transport.ts';
import { MktCommand } from './mkt-command.ts';

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly as?: string | undefined;
}

export interface Connection {
  readonly api: Api;
  readonly settings: Settings;
  readonly credentials: Credentials;
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
    const settings = await readSettings({ given: { url, as }, workingDir: process.cwd(), configDir });
    const credentials = fileCredentials({ configDir, ...settings });
    const transport = fetchTransport({ url: settings.url, say: (line) => this.tell(line) });
    const api = createApiClient({ ...settings, transport, credentials, anonymous });
    return { api, settings, credentials };
  }

  protected async api(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags)).api;
  }

  protected async publicApi(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags, { anonymous: true })).api;
  }
}
