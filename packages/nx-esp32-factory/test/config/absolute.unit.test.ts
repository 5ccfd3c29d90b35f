import { dirname, resolve } from 'node:path';
import { absoluteAt, type SourceDocument } from '../../src/config/source';

const at = (folder: string, written: string) => {
  const path = resolve(folder, 'factory.config.json');
  const document = { path, folder: dirname(path), label: '', value: {}, has: () => true, place: () => ({}) };
  return absoluteAt([document satisfies SourceDocument], [], written);
};

test.each(['/work/app', '/'])('a written path is what node:path makes of it, below %s', (folder) => {
  const parts = ['', '.', '..', '...', '.a', '..b', 'a', 'a b', 'ä', 'c.pem', '~', '\\', '\n'];
  const written = ['/', ...parts];
  for (const first of parts) {
    for (const second of parts) {
      written.push(`${first}/${second}`, `/${first}/${second}`, `${first}/${second}/`);
      for (const third of parts) written.push(`${first}/${second}/${third}`);
    }
  }
  for (const path of written) expect([path, at(folder, path)]).toEqual([path, resolve(folder, path)]);
});

test('a long path is judged at once', () => {
  const path = `${'a'.repeat(50_000)}/${'b/'.repeat(50_000)}`;
  expect(at('/work', path)).toBe(resolve('/work', path));
});
