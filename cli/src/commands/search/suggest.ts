import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { suggest } from '../../operations/search.ts';

export default class SearchSuggest extends ApiCommand {
  static override summary = 'Complete what a shopper is typing';
  static override examples = ['<%= config.bin %> <%= command.id %> wal'];
  static override args = {
    text: requiredArg('The beginning of a word'),
  };
  static override flags = {
    limit: Flags.integer({ summary: 'Most suggestions', default: 8, min: 1, max: 20 }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SearchSuggest);
    const suggestions = await suggest(await this.publicApi(flags), args.text, flags.limit);
    this.showTable(
      suggestions.items,
      [
        { title: 'KIND', value: ({ kind }) => kind },
        { title: 'TEXT', value: ({ text }) => text, flexible: true },
        { title: 'PRODUCTS', value: ({ count }) => count, align: 'right' },
      ],
      'Nothing begins like this.',
    );
    return suggestions;
  }
}
