import { ApiCommand } from '../../api-command.ts';
import { rebuildSearch } from '../../operations/search.ts';
import { counted } from '../../ui/text.ts';

export default class SearchRebuild extends ApiCommand {
  static override summary = 'Build the search index anew, beside the one that answers';
  static override examples = ['<%= config.bin %> <%= command.id %> --as operator'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SearchRebuild);
    const rebuilt = await rebuildSearch(await this.api(flags));
    const seconds = (rebuilt.durationMs / 1000).toFixed(1);
    this.tell(`${counted(rebuilt.products, 'product')} indexed in ${seconds} s.`);
    return rebuilt;
  }
}
