import { execFileSync, spawn } from 'node:child_process';
import fs, {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from 'nvs-core';
import {
  FOLDER_LIMIT,
  filesOf,
  fromErrno,
  INPUT_LIMIT,
  readArgument,
  readConfigFile,
  readInput,
  readOptional,
  readReference,
  settleOutputs,
  writeOutputs,
} from '../../src/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mode = (path: string) => statSync(path).mode & 0o777;
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof FactoryError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
};

describe('writeOutputs', () => {
  it('adds one pair of signal listeners, however many sets a turn writes', async () => {
    const before = process.listenerCount('SIGINT');
    for (let index = 0; index < 20; index++) {
      writeOutputs([{ path: join(folder, `set-${index}`), data: 'x', secret: false }]);
    }
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    await new Promise((done) => setTimeout(done, 20));
    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  const set = (root = folder) => [
    { path: join(root, 'partition.bin'), data: new Uint8Array([1, 2, 3]), secret: true },
    { path: join(root, 'keys/nvs_key_partition.bin'), data: new Uint8Array([4]), secret: true },
    { path: join(root, 'manifest.json'), data: '{}', secret: false },
  ];

  it('writes complete files, secret ones for their owner only, with any umask', () => {
    const umask = process.umask(0o077);
    try {
      writeOutputs(set(join(folder, 'a/b')));
    } finally {
      process.umask(umask);
    }
    expect([...readFileSync(join(folder, 'a/b/partition.bin'))]).toEqual([1, 2, 3]);
    expect(mode(join(folder, 'a/b/partition.bin'))).toBe(0o600);
    expect(mode(join(folder, 'a/b/keys/nvs_key_partition.bin'))).toBe(0o600);
    expect(mode(join(folder, 'a/b/manifest.json'))).toBe(0o644);
    expect(readdirSync(join(folder, 'a/b')).sort()).toEqual(['keys', 'manifest.json', 'partition.bin']);
  });

  it('replaces a world-readable file with one of the right mode', () => {
    writeFileSync(join(folder, 'partition.bin'), 'old');
    chmodSync(join(folder, 'partition.bin'), 0o666);
    writeOutputs(set());
    expect(mode(join(folder, 'partition.bin'))).toBe(0o600);
  });

  it('replaces a symbolic link, and leaves its target unchanged', () => {
    writeFileSync(join(folder, 'elsewhere'), 'untouched');
    symlinkSync('elsewhere', join(folder, 'partition.bin'));
    writeOutputs(set());
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('untouched');
    expect([...readFileSync(join(folder, 'partition.bin'))]).toEqual([1, 2, 3]);
  });

  it('follows a link to a folder that the user names, but none below the folder that it is given', () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'out'));
    writeOutputs(set(join(folder, 'out')), { within: join(folder, 'out') });
    expect(readdirSync(join(folder, 'real')).sort()).toEqual(['keys', 'manifest.json', 'partition.bin']);
    rmSync(join(folder, 'real/keys'), { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    for (const target of ['../elsewhere', 'nowhere']) {
      symlinkSync(target, join(folder, 'real/keys'));
      expect(codeOf(() => writeOutputs(set(join(folder, 'out')), { within: join(folder, 'out') }))).toBe(
        'files.link',
      );
      rmSync(join(folder, 'real/keys'));
    }
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  it('replaces one name of a file with several, and leaves the others', () => {
    writeFileSync(join(folder, 'mine'), 'untouched');
    linkSync(join(folder, 'mine'), join(folder, 'partition.bin'));
    writeOutputs(set());
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('untouched');
  });

  it('creates secret files with their mode, whatever the umask', () => {
    const chmod = jest.spyOn(fs, 'fchmodSync');
    const umask = process.umask(0);
    try {
      writeOutputs(set());
      expect(mode(join(folder, 'partition.bin'))).toBe(0o600);
      expect(chmod).toHaveBeenCalledTimes(1);
      expect(chmod).toHaveBeenCalledWith(expect.any(Number), 0o644);
    } finally {
      process.umask(umask);
      chmod.mockRestore();
    }
  });

  it('removes a link in the place of a staging folder, and not what it leads to', () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/file'), 'mine');
    symlinkSync(join(folder, 'mine'), join(folder, '.esp32-factory-staging-999999999-abcdef'));
    writeOutputs(set());
    expect(readFileSync(join(folder, 'mine/file'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('changes nothing if one target is a directory', () => {
    mkdirSync(join(folder, 'manifest.json'));
    writeFileSync(join(folder, 'partition.bin'), 'old');
    expect(codeOf(() => writeOutputs(set()))).toBe('files.is-directory');
    expect(readFileSync(join(folder, 'partition.bin'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'partition.bin']);
  });

  it('removes the folders that it created for a set that fails', () => {
    mkdirSync(join(folder, 'out/b'), { recursive: true });
    const files = [
      { path: join(folder, 'out/a/new/x.bin'), data: 'x', secret: true },
      { path: join(folder, 'out/b'), data: 'y', secret: true },
    ];
    expect(codeOf(() => writeOutputs(files))).toBe('files.is-directory');
    expect(readdirSync(join(folder, 'out'))).toEqual(['b']);
  });

  it('rejects a file in place of a folder, and two outputs of one name', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(codeOf(() => writeOutputs(set(join(folder, 'file'))))).toBe('files.not-a-directory');
    expect(codeOf(() => writeOutputs(set(join(folder, 'file/below'))))).toBe('files.not-a-directory');
    expect(codeOf(() => writeOutputs([...set(join(folder, 'new')), ...set(join(folder, 'new'))]))).toBe(
      'files.same-output',
    );
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  it('removes the staging folder of a killed run, but not that of a running one', () => {
    const killed = join(folder, '.esp32-factory-staging-999999999-abcdef');
    const running = join(folder, `.esp32-factory-staging-${process.pid}-abcdef`);
    for (const path of [killed, running]) {
      mkdirSync(path);
      writeFileSync(join(path, 'partition.bin'), 'secret');
    }
    writeOutputs(set());
    expect(existsSync(killed)).toBe(false);
    expect(existsSync(running)).toBe(true);
  });
});

describe('an unfinished set of a killed run', () => {
  const path = (name: string) => join(folder, name);
  const commit = () => path('.esp32-factory-commit');
  const plant = (journal: object | string, files: Readonly<Record<string, string>> = { 'x-0': 'new' }) => {
    mkdirSync(commit(), { mode: 0o700 });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(commit(), name), text);
    const text = typeof journal === 'string' ? journal : JSON.stringify(journal);
    writeFileSync(join(commit(), 'x-set.journal'), text);
  };
  const set = (name: string) => ({ path: path(name), data: name, secret: true });
  const inode = () => String(statSync(commit(), { bigint: true }).ino);
  let pending = false;
  const plantOwn = (moves: readonly object[]) => {
    plant('');
    if (pending) renameSync(path('source'), join(commit(), 'x-1'));
    pending = false;
    writeFileSync(join(commit(), 'x-set.journal'), JSON.stringify({ inode: inode(), moves }));
  };

  const mkfifo = (name: string) => execFileSync('mkfifo', [name]);
  const linkFolder = (target = mkdtempSync(join(folder, 'other-'))) => symlinkSync(target, path('link'));
  /** A place for another entry in the set, which plantOwn fills up. */
  const linkSource = () => {
    pending = true;
    return path('source');
  };
  const replaceJournal = (kind: 'link' | 'pipe' | 'folder') => {
    const name = join(commit(), 'x-set.journal');
    rmSync(name);
    if (kind === 'link') symlinkSync(path('j'), name);
    else if (kind === 'pipe') mkfifo(name);
    else mkdirSync(name);
  };

  it('is finished by a reader, which skips moves already made and creates missing folders', () => {
    writeFileSync(path('b'), 'moved');
    plantOwn([
      { from: 'x-0', to: 'deep/er/a' },
      { from: 'x-1', to: 'b' },
    ]);
    settleOutputs([path('a'), path('b')]);
    expect(readFileSync(path('deep/er/a'), 'utf8')).toBe('new');
    expect(readFileSync(path('b'), 'utf8')).toBe('moved');
    expect(existsSync(commit())).toBe(false);
  });

  it('is finished by the next run, even if that writes a single file', () => {
    plantOwn([{ from: 'x-0', to: 'a' }]);
    writeOutputs([{ path: path('other'), data: 'other', secret: false }]);
    expect(readdirSync(folder).sort()).toEqual(['a', 'other']);
  });

  it("is left alone and reported if it is another user's", () => {
    plantOwn([{ from: 'x-0', to: 'a' }]);
    const user = jest.spyOn(process, 'geteuid').mockReturnValue(4711);
    try {
      expect(() => settleOutputs([path('a')])).toThrow('it belongs to another user');
      expect(codeOf(() => writeOutputs([set('a'), set('b')]))).toBe('files.unfinished');
    } finally {
      user.mockRestore();
    }
    expect(readdirSync(folder)).toEqual(['.esp32-factory-commit']);
  });

  it('is removed if only its empty folder is left', () => {
    mkdirSync(commit());
    settleOutputs([path('a')]);
    expect(existsSync(commit())).toBe(false);
  });

  it.each([
    ['the inode of another folder', () => plant({ inode: '1', moves: [{ from: 'x-0', to: 'a' }] })],
    ['an empty journal', () => plant({}, {})],
    ['a journal that is not JSON', () => plant('{')],
    ['a journal that is null', () => plant('null')],
    ['a target outside the folder', () => plantOwn([{ from: 'x-0', to: '../a' }])],
    ['an absolute target', () => plantOwn([{ from: 'x-0', to: path('a') }])],
    ['a source outside the set', () => plantOwn([{ from: '../b', to: 'a' }])],
    [
      'a target below a link to another folder',
      () => {
        linkFolder();
        plantOwn([{ from: 'x-0', to: 'link/a' }]);
      },
    ],
    [
      'a target below a dangling link',
      () => {
        linkFolder('gone');
        plantOwn([{ from: 'x-0', to: 'link/a' }]);
      },
    ],
    [
      'a link as a source',
      () => {
        symlinkSync('/etc/passwd', linkSource());
        plantOwn([{ from: 'x-1', to: 'a' }]);
      },
    ],
    [
      'a pipe as a source',
      () => {
        mkfifo(linkSource());
        plantOwn([{ from: 'x-1', to: 'a' }]);
      },
    ],
    ['a NUL in a target', () => plantOwn([{ from: 'x-0', to: 'a\0b' }])],
    [
      'a journal that is a link',
      () => {
        writeFileSync(path('j'), '{}');
        plant('', {});
        replaceJournal('link');
      },
    ],
    [
      'a journal that is a pipe',
      () => {
        plant('', {});
        replaceJournal('pipe');
      },
    ],
    [
      'a journal that is a folder',
      () => {
        plant('', {});
        replaceJournal('folder');
      },
    ],
    ['a huge journal', () => plant(' '.repeat(1024 * 1024 + 1), {})],
    ['a link instead of its folder', () => symlinkSync(path('taken'), commit())],
    ['a pipe instead of its folder', () => mkfifo(commit())],
    ['a target that is now a folder', () => plantOwn([{ from: 'x-0', to: 'taken' }])],
    ['a file instead of its folder', () => writeFileSync(commit(), '')],
  ])('is rejected with files.unfinished: %s', (_name, make) => {
    mkdirSync(path('taken/full'), { recursive: true });
    make();
    expect(codeOf(() => settleOutputs([path('a')]))).toBe('files.unfinished');
    if (existsSync(path('link'))) expect(readdirSync(path('link'))).toEqual([]);
    expect(existsSync(path('a')) || existsSync(join(folder, '../a'))).toBe(false);
  });
});

const fifo = (name: string) => {
  execFileSync('mkfifo', [join(folder, name)]);
  return join(folder, name);
};

describe('readInput', () => {
  it('reads a file, also an empty one', () => {
    writeFileSync(join(folder, 'file'), Buffer.alloc(100_000, 7));
    expect(readInput(join(folder, 'file'))).toEqual(new Uint8Array(100_000).fill(7));
    writeFileSync(join(folder, 'empty'), '');
    expect(readInput(join(folder, 'empty'))).toEqual(new Uint8Array());
  });

  it.each([
    ['files.missing', () => readInput(join(folder, 'nothing'))],
    ['files.is-directory', () => readInput(folder)],
    ['files.not-regular', () => readInput('/dev/zero')],
    ['files.not-regular', () => readInput('/proc/self/environ')],
    ['files.path-invalid', () => readInput('a\0b')],
    [
      'files.too-large',
      () => {
        writeFileSync(join(folder, 'large'), Buffer.alloc(1001));
        readInput(join(folder, 'large'), 1000);
      },
    ],
  ])('fails with %s', (code, work) => {
    expect(codeOf(work)).toBe(code);
  });

  it('does not open a pipe, nor what a path has become since it was looked at', () => {
    const open = jest.spyOn(fs, 'openSync');
    try {
      writeFileSync(join(folder, 'file'), 'x');
      readInput(join(folder, 'file'));
      expect(open.mock.lastCall?.[1]).toBe(fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
      expect(codeOf(() => readInput(fifo('pipe')))).toBe('files.not-regular');
      expect(open).toHaveBeenCalledTimes(1);
      const regular = fs.statSync(join(folder, 'file'));
      const stat = jest.spyOn(fs, 'statSync').mockReturnValueOnce(regular);
      expect(codeOf(() => readInput(join(folder, 'pipe')))).toBe('files.not-regular');
      expect(open).toHaveBeenCalledTimes(2);
      stat.mockRestore();
    } finally {
      open.mockRestore();
    }
  });
});

test.each([
  ['config', readConfigFile],
  ['reference', readReference],
] as const)('a file of the kind "%s" has a largest size', (kind, read) => {
  writeFileSync(join(folder, 'file'), '');
  truncateSync(join(folder, 'file'), INPUT_LIMIT[kind]);
  expect(read(join(folder, 'file'))).toHaveLength(INPUT_LIMIT[kind]);
  truncateSync(join(folder, 'file'), INPUT_LIMIT[kind] + 1);
  expect(codeOf(() => read(join(folder, 'file')))).toBe('files.too-large');
});

describe('readOptional', () => {
  it.each(['nothing', 'file/below'])('is undefined for %s', (name) => {
    writeFileSync(join(folder, 'file'), 'x');
    expect(readOptional(join(folder, name))).toBeUndefined();
  });

  it('fails for anything but a file', () => {
    expect(codeOf(() => readOptional(folder))).toBe('files.is-directory');
  });
});

describe('readArgument', () => {
  it('fails for a device without end, at the limit', () => {
    const read = jest.spyOn(fs, 'readSync');
    expect(codeOf(() => readArgument('/dev/zero', 1000))).toBe('files.too-large');
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });

  it('fails for a pipe that nobody writes to', () => {
    expect(codeOf(() => readArgument(fifo('pipe'), 1000, 50))).toBe('files.silent');
  });

  it('reads a pipe, however late its writer', () => {
    const path = fifo('pipe');
    const writer = spawn('sh', ['-c', 'sleep 0.2; printf abc > "$1"', 'sh', path], { stdio: 'ignore' });
    expect(Buffer.from(readArgument(path, 1000, 10_000)).toString()).toBe('abc');
    writer.kill();
  });

  it('fails as readInput for files', () => {
    expect(codeOf(() => readArgument(folder))).toBe('files.is-directory');
    expect(codeOf(() => readArgument('/proc/self/environ'))).toBe('files.not-regular');
  });
});

describe('filesOf', () => {
  it('fails for a folder of too many', () => {
    for (let index = 0; index <= FOLDER_LIMIT; index++) writeFileSync(join(folder, `${index}.pem`), '');
    expect(codeOf(() => filesOf(folder))).toBe('files.too-many');
  });
});

describe('fromErrno', () => {
  const errno = (code: string) => Object.assign(new Error('no'), { code, errno: -1, syscall: 'open' });

  it.each([
    ['EACCES', 'files.not-permitted'],
    ['EROFS', 'files.read-only'],
    ['ENOSPC', 'files.no-space'],
    ['EDQUOT', 'files.no-space'],
    ['EMFILE', 'files.failed'],
  ])('maps %s to %s', (code, expected) => {
    const error = fromErrno(errno(code), 'x', 'write');
    expect(error instanceof FactoryError && error.code).toBe(expected);
  });

  it.each([
    ['the folder to write to', 'write', 'b', 'files.folder-not-permitted', 'b is read-only for this user'],
    ['a folder on the way', 'write', 'a', 'files.folder-not-permitted', 'a is read-only for this user'],
    ['a folder on the way to read', 'read', 'a', 'files.folder-not-permitted', 'may not enter the folder'],
    ['the file', 'read', undefined, 'files.not-permitted', 'file cannot be read: permission denied'],
  ] as const)('names what denies it: %s', (_, action, closed, code, text) => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(join(folder, 'a', 'b', 'file'), '');
    // As root, the user of many test machines, everything is allowed.
    const access = jest.spyOn(fs, 'accessSync').mockImplementation((path) => {
      if (closed !== undefined && String(path).endsWith(`/${closed}`)) throw errno('EACCES');
    });
    try {
      const error = fromErrno(errno('EACCES'), join(folder, 'a/b/file'), action);
      expect(error instanceof FactoryError && [error.code, error.findings[0].message]).toEqual([
        code,
        expect.stringContaining(text),
      ]);
    } finally {
      access.mockRestore();
    }
  });

  it('returns any other error unchanged', () => {
    const defect = new TypeError('ours');
    expect(fromErrno(defect, 'x', 'read')).toBe(defect);
  });
});
