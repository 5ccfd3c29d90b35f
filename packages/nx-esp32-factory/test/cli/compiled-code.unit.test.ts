import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { CompiledCode } from '../../src/cli/compiled-code';

const HERE = process.getuid?.();
let folder: string;
let root: string;
let kept: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compiled-'));
  root = join(folder, 'dist');
  kept = join(folder, 'kept');
  mkdirSync(join(root, 'wings'), { recursive: true });
  write('main.js', 'const { word } = require("./wings/word.js");\nexports.say = () => word() + "!";');
  write('wings/word.js', 'exports.word = () => "one";');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(root, name), text);

/** What the code says, and how many of its files were taken as they were compiled before. */
function run({ name = 'image', save = true }: { name?: string; save?: boolean } = {}) {
  const accepted: unknown[] = [];
  const native = Script.prototype.runInThisContext;
  const spy = jest.spyOn(Script.prototype, 'runInThisContext').mockImplementation(function (
    this: Script,
    ...parameters
  ) {
    if (this.cachedDataRejected === false) accepted.push(this);
    return native.apply(this, parameters);
  });
  try {
    const code = new CompiledCode({ root, folder: kept });
    code.use(name);
    const { say } = code.load(join(root, 'main.js')) as { say: () => string };
    const said = say();
    if (save) code.save();
    return { said, accepted: accepted.length };
  } finally {
    spy.mockRestore();
  }
}

function file(): string {
  const [name = '', ...others] = readdirSync(kept);
  expect(others).toEqual([]);
  return join(kept, name);
}

it('takes what was compiled before', () => {
  expect(run()).toEqual({ said: 'one!', accepted: 0 });
  expect(run()).toEqual({ said: 'one!', accepted: 2 });
});

it('writes nothing where nothing is new', () => {
  run();
  const before = statSync(file(), { bigint: true });
  run();
  expect(statSync(file(), { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
});

it('never runs what another text of the same length was compiled to', () => {
  run();
  write('wings/word.js', 'exports.word = () => "two";');
  expect(run()).toEqual({ said: 'two!', accepted: 1 });
  expect(run()).toEqual({ said: 'two!', accepted: 2 });
});

it('adds what a later run loads, and forgets files that are gone', () => {
  run();
  const small = readFileSync(file());
  write('wings/other.js', 'exports.word = () => "other";');
  write('main.js', 'const { word } = require("./wings/other.js");\nexports.say = () => word();');
  expect(run()).toEqual({ said: 'other', accepted: 0 });
  expect(readFileSync(file()).includes('wings/word.js')).toBe(true);
  rmSync(join(root, 'wings/word.js'));
  write('main.js', 'const { word } = require("./wings/other.js");\nexports.say = () => word() + "?";');
  expect(run()).toEqual({ said: 'other?', accepted: 1 });
  expect(readFileSync(file()).includes('wings/word.js')).toBe(false);
  expect(small.includes('wings/word.js')).toBe(true);
});

it('keeps a command apart from another', () => {
  run();
  expect(run({ name: 'nvs encrypt' }).accepted).toBe(0);
  expect(readdirSync(kept).map((name) => name.replace(/-[0-9a-f]+$/, ''))).toEqual(['image', 'nvs-encrypt']);
});

it('takes nothing of a file with any byte changed, or cut short', () => {
  run();
  const path = file();
  const good = readFileSync(path);
  for (let offset = 0; offset < good.length; offset += 7) {
    const bad = Buffer.from(good);
    bad.writeUInt8(good.readUInt8(offset) ^ 0x40, offset);
    writeFileSync(path, bad);
    expect([offset, run({ save: false })]).toEqual([offset, { said: 'one!', accepted: 0 }]);
  }
  for (const length of [0, 1, 31, 32, 39, 40, 41, good.length - 1]) {
    writeFileSync(path, good);
    truncateSync(path, length);
    expect([length, run({ save: false })]).toEqual([length, { said: 'one!', accepted: 0 }]);
  }
  expect(run()).toEqual({ said: 'one!', accepted: 0 });
  expect(run().accepted).toBe(2);
});

it('takes nothing that others than the owner of the code may have written', () => {
  run();
  for (const mode of [0o664, 0o646]) {
    chmodSync(file(), mode);
    expect([mode, run({ save: false }).accepted]).toEqual([mode, 0]);
  }
  chmodSync(file(), 0o644);
  expect(run({ save: false }).accepted).toBe(2);
  if (HERE !== 0) return console.warn('not root: a file of another user is not tried');
  chownSync(file(), 65534, 65534);
  expect(run({ save: false }).accepted).toBe(0);
});

it('writes nothing beside the code of another user, as with sudo', () => {
  if (HERE !== 0) return console.warn('not root: code of another user is not tried');
  chownSync(root, 65534, 65534);
  expect(run().said).toBe('one!');
  expect(() => readdirSync(kept)).toThrow('ENOENT');
});

it('runs where nothing can be kept', () => {
  writeFileSync(kept, 'a file');
  expect(run()).toEqual({ said: 'one!', accepted: 0 });
  expect(run()).toEqual({ said: 'one!', accepted: 0 });
});

it('keeps nothing without a folder for it', () => {
  const code = new CompiledCode({ root, folder: undefined });
  code.use('image');
  expect((code.load(join(root, 'main.js')) as { say: () => string }).say()).toBe('one!');
  code.save();
  expect(readdirSync(folder)).toEqual(['dist']);
});

it('loads a file once, and what is not of the folder from Node', () => {
  write(
    'main.js',
    'exports.same = require("./wings/word.js") === require("./wings/../wings/word.js");\nexports.path = require("node:path");\nexports.here = [__filename, __dirname];',
  );
  const code = new CompiledCode({ root, folder: undefined });
  const main = code.load(join(root, 'main.js')) as {
    same: boolean;
    path: typeof import('node:path');
    here: string[];
  };
  expect(main.same).toBe(true);
  expect(main.path.sep).toBe(require('node:path').sep);
  expect(main.here).toEqual([join(root, 'main.js'), root]);
});
