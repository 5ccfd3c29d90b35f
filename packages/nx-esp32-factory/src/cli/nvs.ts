/**
 * The commands of ESP-IDF's nvs_partition_gen with its arguments: docs/en/api-reference/storage/nvs_partition_gen.rst.
 * On errors the original exits with status 0 and leaves partial output; ours exits with 1 or 2 and writes nothing.
 */
import { resolve } from 'node:path';
import {
  checkCsvItems,
  decryptNvs,
  deriveHmacKeys,
  encodeKeysPartition,
  encodeNvs,
  type Finding,
  formatFindings,
  generateHmacKey,
  generateNvsKeys,
  type NvsEncoded,
  type NvsKeys,
  parseNvsCsv,
  wipeNvsKeys,
} from 'nvs-core';
import { hex, locate, printableJson, within } from 'nvs-core/errors';
import { cliErrors, filesErrors } from '../errors';
import {
  displayPath,
  INPUT_LIMIT,
  type OutputFile,
  readArgument,
  readOptional,
  readReference,
  settleOutputs,
  writeOutputs,
} from '../files';
import { readKeyFile } from '../inspect/key';
import { type Arguments, type Command, JSON_OPTION, type Option, type Terminal } from './command';
import { choiceOf, exclude, parseNumber } from './values';

const OUTDIR: Option = {
  name: 'outdir',
  value: 'FOLDER',
  description: 'folder for the output files (default: the current one); keys go to its subfolder keys/',
};
const VERSION: Option = {
  name: 'version',
  value: '1|2',
  description: 'NVS format: 2 (the default) allows blobs over several pages, 1 is for ESP-IDF before 3.2',
};
const HMAC_OPTIONS: readonly Option[] = [
  {
    name: 'key_protect_hmac',
    description:
      'derive the keys from an HMAC key in an eFuse, instead of the scheme based on flash encryption',
  },
  { name: 'kp_hmac_keygen', description: 'generate a new HMAC key (from the cryptographic generator)' },
  { name: 'kp_hmac_keyfile', value: 'FILE', description: 'name of the new HMAC key file, in keys/' },
  {
    name: 'kp_hmac_inputkey',
    value: 'FILE',
    description: 'an existing HMAC key file of 32 bytes',
  },
];
const KEYFILE: Option = {
  name: 'keyfile',
  value: 'FILE',
  description: 'name of the keys partition file, in keys/',
};

const WIFI_KEYS: Option = {
  name: 'wifi-keys',
  description: "add the keys that ESP-IDF's generator adds to Wi-Fi credentials (sta.ssid, sta.pswd, ap.*)",
};

const CSV_NOTES = [
  'CSV: a header line "key,type,encoding,value", then rows of type namespace, data or file; several INPUTs are read',
  'one after another. File names in rows are relative to the current folder.',
].join('\n');

export const generateCommand: Command = {
  usage: 'INPUT... OUTPUT SIZE [options]',
  positionals: ['INPUT...', 'OUTPUT', 'SIZE'],
  options: [VERSION, WIFI_KEYS, OUTDIR, JSON_OPTION],
  notes: CSV_NOTES,
  run: (args, terminal) => {
    const job = readJob(args);
    try {
      writeOutputs([{ path: job.output, data: job.encoded.image, secret: true }]);
    } finally {
      job.encoded.image.fill(0);
    }
    reportImage(terminal, args, job, []);
    return 0;
  },
};

export const encryptCommand: Command = {
  usage: 'INPUT... OUTPUT SIZE (--keygen | --inputkey FILE | --key_protect_hmac ...) [options]',
  positionals: ['INPUT...', 'OUTPUT', 'SIZE'],
  options: [
    VERSION,
    WIFI_KEYS,
    { name: 'keygen', description: 'generate new keys (from the cryptographic generator)' },
    KEYFILE,
    { name: 'inputkey', value: 'FILE', description: 'an existing keys partition file' },
    OUTDIR,
    ...HMAC_OPTIONS,
    JSON_OPTION,
  ],
  notes: CSV_NOTES,
  run: (args, terminal) => {
    const material = keysOf(args, { inputAllowed: true });
    const { keys, files } = material;
    try {
      const job = readJob(args, keys);
      assertNoOtherKeys(files, job.output);
      // Keys first: an image without its keys is lost, keys without an image are merely unused.
      writeOutputs([...files, { path: job.output, data: job.encoded.image, secret: true }]);
      reportImage(terminal, args, job, files);
    } finally {
      wipe(material);
    }
    return 0;
  },
};

export const decryptCommand: Command = {
  usage: 'INPUT KEY OUTPUT [options]',
  positionals: ['INPUT', 'KEY', 'OUTPUT'],
  options: [OUTDIR, JSON_OPTION],
  notes: 'KEY is a keys partition (4096 bytes), or an HMAC key (32 bytes) that the keys are derived from.',
  run: (args, terminal) => {
    const [input = '', key = '', output = ''] = args.positionals;
    const path = resolve(args.text('outdir') ?? '.', output);
    const keys = readKeyFile(key);
    let plain: Uint8Array | undefined;
    try {
      plain = within({ file: input }, () => decryptNvs(readArgument(input), keys));
      writeOutputs([{ path, data: plain, secret: true }]);
    } finally {
      wipeNvsKeys(keys);
      plain?.fill(0);
    }
    if (args.flag('json')) terminal.out(printableJson({ output: path, size: plain.length }));
    else terminal.out(`Wrote ${displayPath(path)}: ${hex(plain.length)} bytes, decrypted`);
    return 0;
  },
};

export const generateKeyCommand: Command = {
  usage: '[options]',
  positionals: [],
  options: [...HMAC_OPTIONS, KEYFILE, OUTDIR, JSON_OPTION],
  run: (args, terminal) => {
    const material = keysOf(args, { inputAllowed: false });
    const { files } = material;
    try {
      assertNoOtherKeys(files);
      writeOutputs(files);
    } finally {
      wipe(material);
    }
    if (args.flag('json')) terminal.out(printableJson({ keys: files.map(({ path }) => path) }));
    else terminal.out(files.map(({ path }) => `Wrote ${displayPath(path)}`).join('\n'));
    return 0;
  },
};

interface Job {
  readonly output: string;
  readonly encoded: NvsEncoded;
  /** About the rows of the CSV. */
  readonly notes: readonly Finding[];
}

/** Encodes the requested image, encrypted if there are keys. */
function readJob(args: Arguments, keys?: NvsKeys): Job {
  const inputs = args.positionals.slice(0, -2);
  const [output = '', sizeText = ''] = args.positionals.slice(-2);
  const size = parseNumber(sizeText, 'SIZE');
  const version = choiceOf(args, 'version', [1, 2]) ?? 2;
  const texts = inputs.map((file) => ({ file, text: readArgument(file) }));
  const items = parseNvsCsv(texts, {
    readFile: (name, where) => within(where, () => readReference(name)),
    wifiKeys: args.flag('wifi-keys'),
  });
  const encoded = encodeNvs(items, { size, version, ...(keys && { keys }) });
  return { output: resolve(args.text('outdir') ?? '.', output), encoded, notes: checkCsvItems(items) };
}

interface KeyFile extends OutputFile {
  readonly data: Uint8Array;
  /** The option that names the file. */
  readonly option: string;
}

interface KeyMaterial {
  readonly keys: NvsKeys;
  /** Files for the generated keys. */
  readonly files: readonly KeyFile[];
}

function wipe({ keys, files }: KeyMaterial): void {
  wipeNvsKeys(keys);
  for (const { data } of files) data.fill(0);
}

/** Rejects files that exist with other keys, which may exist nowhere else. Errors: files.key-exists. */
function assertNoOtherKeys(files: readonly KeyFile[], ...others: readonly string[]): void {
  settleOutputs([...files.map(({ path }) => path), ...others]);
  for (const { path, data, option } of files) {
    const known = readOptional(path, INPUT_LIMIT.key);
    if (known === undefined) continue;
    const isSame = Buffer.from(data).equals(known);
    known.fill(0);
    if (!isSame) throw filesErrors.error('files.key-exists', { path: displayPath(path), option });
  }
}

/** The keys that the options select, read or generated. */
function keysOf(args: Arguments, { inputAllowed }: { inputAllowed: boolean }): KeyMaterial {
  if (args.flag('key_protect_hmac')) return hmacKeysOf(args, { writesKeys: !inputAllowed });
  for (const { name } of HMAC_OPTIONS) {
    if (args.flag(name)) {
      throw cliErrors.error('cli.required', {
        option: '--key_protect_hmac',
        why: `--${name} belongs to the HMAC scheme`,
      });
    }
  }
  const inputKey = args.text('inputkey');
  if (inputAllowed && inputKey !== undefined) {
    exclude(args, 'keygen', 'inputkey');
    exclude(args, 'keyfile', 'inputkey');
    return { keys: readKeyFile(inputKey), files: [] };
  }
  if (inputAllowed && !args.flag('keygen')) {
    throw cliErrors.error('cli.required', {
      option: '--keygen or --inputkey',
      why: 'an image is encrypted with new keys (--keygen) or with those of a file (--inputkey FILE)',
    });
  }
  const keys = generateNvsKeys();
  return { keys, files: [keyFile(args, 'keyfile', 'keys', encodeKeysPartition(keys))] };
}

function hmacKeysOf(args: Arguments, { writesKeys }: { writesKeys: boolean }): KeyMaterial {
  const input = args.text('kp_hmac_inputkey');
  exclude(args, 'inputkey', 'key_protect_hmac');
  if ((input === undefined) === !args.flag('kp_hmac_keygen')) {
    throw cliErrors.error('cli.required', {
      option: '--kp_hmac_keygen or --kp_hmac_inputkey',
      why: 'the HMAC scheme takes either a new HMAC key or one of a file, not both',
    });
  }
  const hmacKey = input === undefined ? generateHmacKey() : readArgument(input, INPUT_LIMIT.key);
  const keys = within(input === undefined ? {} : { file: input }, () => deriveHmacKeys(hmacKey));
  const files: KeyFile[] = [];
  if (input === undefined) files.push(keyFile(args, 'kp_hmac_keyfile', 'hmac-keys', hmacKey));
  else hmacKey.fill(0);
  // The device derives these keys itself, so encrypt writes them only with --keyfile.
  if (writesKeys || args.flag('keyfile'))
    files.push(keyFile(args, 'keyfile', 'keys', encodeKeysPartition(keys)));
  return { keys, files };
}

function keyFile(args: Arguments, option: string, stem: string, data: Uint8Array): KeyFile {
  const stamp = new Date().toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-');
  const name = args.text(option) ?? `${stem}-${stamp}.bin`;
  return {
    path: resolve(args.text('outdir') ?? '.', 'keys', name),
    data,
    secret: true,
    option: `--${option}`,
  };
}

function reportImage(terminal: Terminal, args: Arguments, job: Job, keyFiles: readonly OutputFile[]): void {
  const { layout, findings: found, image } = job.encoded;
  const findings = [...job.notes, ...found];
  if (args.flag('json')) {
    const keys = keyFiles.map(({ path }) => path);
    terminal.out(printableJson({ output: job.output, keys, layout, findings }));
    return;
  }
  const located = [
    ...job.notes,
    ...found.map((finding) => locate(finding, { file: displayPath(job.output) })),
  ];
  if (located.length > 0) terminal.err(formatFindings(located, { colour: terminal.colour }));
  for (const { path } of keyFiles) terminal.out(`Wrote ${displayPath(path)}`);
  const { usedEntries, usedPages, freeEntries, pages, version } = layout;
  terminal.out(
    `Wrote ${displayPath(job.output)}: ${hex(image.length)} bytes, NVS version ${version}, ` +
      `${usedEntries} entries on ${usedPages} of ${pages.length} pages, ${freeEntries} free`,
  );
}
