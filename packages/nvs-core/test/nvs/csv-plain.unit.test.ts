import fc from 'fast-check';
import { type CsvRow, eachCsvRow } from '../../src/nvs/csv-rows';

function rowsOf(text: string, file: string): CsvRow[] {
  const rows: CsvRow[] = [];
  eachCsvRow(text, file, (row) => rows.push(row));
  return rows;
}

const HEADER = 'key,type,encoding,value\n';
/** Neither a quote nor an end of line; a "#" that starts a line would be a comment. */
const line = fc.stringMatching(/^[a-z0-9 ,;\t\\'#é]{0,12}$/);

test('rows without quotes are read like the same rows next to one with quotes', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.boolean(), (lines, isEnded) => {
      const text =
        HEADER + lines.map((one) => `${one}\n`).join('') + (isEnded ? 'end,data,u8,1\n' : 'end,data,u8,1');
      // The quotes of the last row make the parser read the whole text.
      const parsed = rowsOf(`${text.trimEnd()}\n"q",data,u8,1\n`, 'a.csv');
      expect(rowsOf(text, 'a.csv')).toEqual(parsed.slice(0, -1));
    }),
    { numRuns: 500 },
  );
});
