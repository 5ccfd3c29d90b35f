/** Control, direction and zero-width characters of an input reach no output, and no text of an input begins a line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  encodeNvs,
  encodePartitionTable,
  formatFindings,
  generateKey,
  issuePaa,
  keySigner,
  type NvsItem,
  randomBytes,
} from 'nvs-core';
import { errorTable, row } from 'nvs-core/errors';
import { run } from '../../src/cli/main';
import { FINDING_FORMATS, formatFindingsAs } from '../../src/inspect';
import { levelLine, verdict } from '../../src/verify/text';
import { FakeTerminal, LightApp } from '../light-app';

const MARK = '::error::';
const PIECES = [
  `\n${MARK}`,
  `\r${MARK}`,
  '\u001b[2J',
  '\u009b31m',
  '\u001b]0;title\u0007',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u0008',
  '\u007f',
  '\u061c',
  '\u{e0041}',
  '</script><script>',
  ']]>',
  '"',
  "'",
  '%0A',
  'x',
];
/** Text of at most `length` bytes. */
const hostile = (length: number) =>
  fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary' })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((pieces) => {
      let text = '';
      for (const piece of pieces)
        if (Buffer.byteLength(text + piece) <= length && !/\p{Cs}/u.test(piece) && !piece.includes('\0'))
          text += piece;
      return text === '' ? '\u001b' : text;
    });

const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are the subject
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

function expectPrintable(output: string, what: string, marks = MARK): void {
  const invisible = INVISIBLE.exec(output)?.[0];
  const found = invisible === undefined ? undefined : `U+${invisible.codePointAt(0)?.toString(16)}`;
  const lines = output.split('\n').filter((line) => line.startsWith(marks));
  expect({ what, found, lines }).toEqual({ what, found: undefined, lines: [] });
}

/** Runs a command, and checks all that it prints. */
async function check(argv: readonly string[], { isPage = false } = {}): Promise<string> {
  const terminal = new FakeTerminal();
  await run(argv, terminal);
  const output = terminal.stdout + terminal.stderr;
  // A tab may stand in a page's own code.
  expectPrintable(isPage ? output.replaceAll('\t', '') : output, argv.join(' '));
  return output;
}

const table = errorTable({
  'test.hostile': row<{ text: string }>(
    (p) => `it is ${p.text}`,
    (p) => `not ${p.text}`,
  ),
});

/** Defines the tests, each with so many random inputs. */
export function attackWith(numRuns: number): void {
  const RUNS = { numRuns, ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }) };
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'printing-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  });

  it('of findings, in every format', () => {
    fc.assert(
      fc.property(hostile(60), hostile(60), (text, name) => {
        const finding = table.finding('test.hostile', { text }, { file: name, line: 1, field: name });
        for (const findings of [[finding], [{ ...finding, message: text, help: text }]]) {
          expectPrintable(formatFindings(findings), 'text');
          for (const format of FINDING_FORMATS)
            expectPrintable(formatFindingsAs(format, findings, { name, version: '1' }), format);
        }
        expectPrintable(table.error('test.hostile', { text }).message, 'message of the error');
      }),
      RUNS,
    );
  });

  it('of an image, in every form, and of two that differ', async () => {
    const images = fc.tuple(hostile(15), hostile(15), hostile(40), hostile(40));
    await fc.assert(
      fc.asyncProperty(images, async ([namespace, key, value, other]) => {
        const write = (file: string, text: string) => {
          const items: NvsItem[] = [
            { namespace, key, type: 'string', value: text },
            { namespace: 'chip-factory', key: 'vendor-name', type: 'string', value: text },
            { namespace: 'chip-factory', key: 'serial-num', type: 'string', value: text },
          ];
          writeFileSync(file, encodeNvs(items, { size: 0x3000, version: 2 }).image);
        };
        write('a.bin', value);
        write('b.bin', `${other}!`);
        for (const options of [[], ['--json'], ['--show-secrets'], ['--json', '--show-secrets']]) {
          await check(['inspect', 'a.bin', ...options]);
          await check(['diff', 'a.bin', 'b.bin', ...options]);
        }
        await check(['inspect', 'a.bin', '--html', '--show-secrets'], { isPage: true });
        for (const format of FINDING_FORMATS) {
          await check(['inspect', 'a.bin', '--format', format]);
          await check(['verify', 'a.bin', '--level', '1', '--format', format]);
        }
        await check(['verify', 'a.bin', '--level', '1']);
        await check(['verify', 'a.bin', '--level', '1', '--json']);
      }),
      RUNS,
    );
  });

  it('of a CSV on a screen, but exact in a pipe', async () => {
    const value = 'a\u001b[2Jb';
    const items: NvsItem[] = [{ namespace: 'n', key: 'k', type: 'string', value }];
    writeFileSync('a.bin', encodeNvs(items, { size: 0x3000, version: 2 }).image);
    const argv = ['inspect', 'a.bin', '--csv', '--show-secrets'];
    const before = process.stdout.isTTY;
    try {
      process.stdout.isTTY = true;
      expect(await check(argv)).toContain('a\\u001b[2Jb');
      process.stdout.isTTY = false;
      const terminal = new FakeTerminal();
      await run(argv, terminal);
      expect(terminal.stdout).toContain(value);
    } finally {
      process.stdout.isTTY = before;
    }
  });

  it('of a partition table, binary and CSV', async () => {
    await fc.assert(
      fc.asyncProperty(hostile(16), hostile(40), async (name, cell) => {
        const partition = { name, type: 1, subtype: 2, offset: 0x9000, size: 0x6000 };
        writeFileSync('t.bin', encodePartitionTable([{ ...partition, encrypted: false, readonly: false }]));
        writeFileSync('t.csv', `nvs,data,nvs,,0x6000\n${cell},data,${cell},,${cell}\n${cell}\n`);
        for (const file of ['t.bin', 't.csv'])
          for (const options of [[], ['--json']]) await check(['partitions', file, ...options]);
      }),
      RUNS,
    );
  });

  it('of a certificate', async () => {
    const signer = keySigner(generateKey(randomBytes));
    await fc.assert(
      fc.asyncProperty(hostile(40), async (text) => {
        const { der } = await issuePaa({
          // No certificate with a name of spaces is issued.
          commonName: `x${text}`,
          signer,
          notBefore: new Date('2024-01-01T00:00:00Z'),
          random: randomBytes,
        });
        writeFileSync('a.der', der);
        await check(['attestation', 'show', 'a.der']);
        await check(['attestation', 'show', 'a.der', 'a.der', '--json']);
        await check(['attestation', 'show', 'a.der', 'a.der']);
        await check(['attestation', 'check', '--dac', 'a.der', '--pai', 'a.der', '--cd', 'a.der']);
      }),
      RUNS,
    );
  });

  it('of an NVS CSV', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(hostile(40), hostile(15), async (cell, key) => {
        const rows = [
          `n,namespace,,`,
          `${quoted(key)},data,string,${quoted(cell)}`,
          `${quoted(key)},data,${quoted(cell)},1`,
          `${quoted(cell)},${quoted(cell)},u8,1`,
        ];
        for (const row of rows.slice(1)) {
          writeFileSync('n.csv', `key,type,encoding,value\n${rows[0]}\n${row}\n`);
          await check(['nvs', 'generate', 'n.csv', 'n.bin', '0x3000']);
          await check(['nvs', 'generate', 'n.csv', 'n.bin', '0x3000', '--json']);
        }
      }),
      RUNS,
    );
  });

  it('of a config and of arguments', async () => {
    await fc.assert(
      fc.asyncProperty(hostile(40), async (text) => {
        const config = {
          [text]: 1,
          chip: text,
          deviceInstanceInfo: {
            vendorId: text,
            productId: 1,
            serialNumber: { file: text },
            productName: text,
          },
          nvs: { extra: [{ namespace: text, key: text, type: text, value: text }] },
        };
        writeFileSync('factory.config.json', JSON.stringify(config));
        await check(['image', 'factory.config.json']);
        await check(['image', 'factory.config.json', '--json']);
        await check([text]);
        await check(['image', `--${text}`]);
        await check(['partitions', text, text, text]);
        await check(['inspect', text]);
        await check(['inspect', 'gone.bin', '--format', text]);
      }),
      RUNS,
    );
  });

  it('of an image that is made, in the manifest and the codes too', async () => {
    const app = new LightApp();
    process.chdir(app.folder);
    app.set('deviceInstanceInfo', {
      vendorName: 'a\u202eb',
      productName: 'a\u200b\u200db',
      productLabel: 'a\u2028::error::',
      partNumber: 'a\u{e0041}b',
      serialNumber: 'a\ufeff\u2066b',
    });
    const output = await check(['image', 'factory.config.json', '--output_dir', 'out']);
    expect(output).toContain('✔');
    await check(['image', 'factory.config.json', '--output_dir', 'out', '--json']);
    const names = readdirSync('out').filter((name) => /\.(json|csv|txt)$/.test(name));
    expect(readFileSync('out/manifest.json', 'utf8')).toContain('a\\ufeff\\u2066b');
    for (const name of names) expectPrintable(readFileSync(join('out', name), 'utf8'), name);
    process.chdir(folder);
    app.remove();
  });

  it('of a verification', () => {
    fc.assert(
      fc.property(hostile(60), (text) => {
        const level = { level: 1, title: 'data', outcome: 'failed', milliseconds: 1, findings: [] } as const;
        expectPrintable(levelLine({ ...level, checked: [text] }, false), 'level');
        const levels = [{ ...level, checked: [] }];
        expectPrintable(verdict({ image: text, passed: false, levels }), 'failed');
        expectPrintable(verdict({ image: text, passed: true, levels }), 'passed');
      }),
      RUNS,
    );
  });
}
