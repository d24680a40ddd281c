import { describe, expect, it } from 'vitest';
import { commentOf } from './comment.ts';

const most = 65_536;

describe('the comment on a pull request', () => {
  it('has the budget of every environment, the files and the lines', () => {
    const comment = commentOf({
      summary: ' a.yaml | 2 +-\n',
      diff: '-old\n+new\n',
      reports: ['# production fits\n', '# staging fits\n'],
    });
    expect(comment).toMatch(/^# production fits\n\n# staging fits\n\n### Rendered manifests\n/);
    expect(comment).toContain('```\n a.yaml | 2 +-\n```');
    expect(comment).toContain('```diff\n-old\n+new\n```');
  });

  it('says that nothing changes, and that nothing was judged', () => {
    const comment = commentOf({ summary: '', diff: '', reports: [] });
    expect(comment).toContain('Nothing changes.');
    expect(comment).toContain('was not judged');
  });

  it.each([
    [10, 500_000, 10],
    [500_000, 500_000, 10],
    [500_000, 500_000, 50_000],
    [10, 10, 200_000],
  ])('fits where the parts have %i, %i and %i characters', (files, lines, report) => {
    const text = (length: number) => 'nine char\n'.repeat(length / 10);
    const parts = { summary: text(files), diff: text(lines), reports: [text(report)] };
    const comment = commentOf(parts);
    expect(comment.length).toBeLessThan(most);
    expect(comment).toMatch(/… and \d+ more lines/);
  });

  it('is not ended by what it quotes', () => {
    const diff = '+```\n+<script>\n+````\n';
    const comment = commentOf({ summary: 'a', diff, reports: ['r'] });
    expect(comment).toContain('`````diff\n');
  });
});
