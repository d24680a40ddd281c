import { resolve } from 'node:path';
import type { Drift } from '@mkt/policies/compile';
import { Flags } from '@oclif/core';
import { exitCodes } from '../../failure.ts';
import { MktCommand } from '../../mkt-command.ts';
import { loadPolicies } from '../../operations/policies.ts';
import { counted } from '../../ui/text.ts';

export default class PolicyCompile extends MktCommand {
  static override summary = 'Make quotas, token buckets and alert rules from the limits catalogue';
  static override description =
    'Writes policies/compiled: the quota policy of Oracle per profile, the quotas of namespaces, ' +
    'what clients hold themselves to, and alert rules for Prometheus. With --check nothing is ' +
    'written, and it ends with 3 where something would change.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --check',
  ];
  static override flags = {
    check: Flags.boolean({ summary: 'Only say what would change', default: false }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PolicyCompile);
    const compiler = await loadPolicies(resolve(this.config.root, '..', '..'), 'compile');
    const drift = flags.check ? compiler.compiledDrift() : compiler.writeCompiled();
    this.showTable<Drift>(
      drift,
      [
        { title: 'FILE', value: ({ path }) => `policies/compiled/${path}` },
        { title: 'WAS', value: ({ kind }) => kind },
      ],
      'Everything is as the sources make it.',
    );
    if (drift.length > 0) {
      this.tell(`${counted(drift.length, 'file')} ${flags.check ? 'would change' : 'changed'}.`);
    }
    if (flags.check && drift.length > 0) process.exitCode = exitCodes.changesPending;
    return { day: compiler.compileDay(), changes: drift, written: !flags.check };
  }
}
