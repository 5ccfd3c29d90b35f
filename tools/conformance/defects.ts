/** Defects of the tools that we compare with: docs/peers.md is generated from them, and each row has a probe. */

export interface Defect {
  readonly tool: keyof typeof VERSIONS;
  readonly input: string;
  /** What the tool does with it. */
  readonly does: string;
  /** What we do. */
  readonly we: string;
}

/** The versions that tools/peers installs. */
export const VERSIONS = {
  'esp-idf-nvs-partition-gen': '0.2.0',
  'esp-matter-mfg-tool': '1.0.23',
} as const;

const nvs = 'esp-idf-nvs-partition-gen';
const mfg = 'esp-matter-mfg-tool';

export const DEFECTS = {
  'nvs-string-3968': {
    tool: nvs,
    input: 'a string of 3968 to 3999 bytes, which fills a page with its NUL',
    does: 'ends with a traceback (PageFullError): it tests >= where the device tests >',
    we: 'write it; it reads back',
  },
  'nvs-string-version-1': {
    tool: nvs,
    input: 'a string of more than 1983 bytes with `--version 1`',
    does: 'rejects it: it applies the limit of version 1 blobs to strings too',
    we: 'write strings of up to 3999 bytes in both versions',
  },
  'nvs-namespace-again': {
    tool: nvs,
    input: 'a namespace row that repeats an earlier namespace',
    does: 'writes the keys that follow into the namespace opened last',
    we: 'write them into the namespace of that row',
  },
  'nvs-no-namespace': {
    tool: nvs,
    input: 'a key before the first namespace row',
    does: 'writes it into namespace 0, where the device reads it as the name of a namespace',
    we: 'reject it: nvs.namespace-missing',
  },
  'nvs-namespaces-255': {
    tool: nvs,
    input: '255 namespaces',
    does: 'writes index 255, which means any namespace on the device and destroys keys of other namespaces',
    we: 'reject it: nvs.too-many-namespaces',
  },
  'nvs-key-bytes': {
    tool: nvs,
    input: 'a key of 8 characters and 16 bytes (`éééééééé`)',
    does: 'counts characters, and the key overwrites the data field',
    we: 'reject it: nvs.key-too-long',
  },
  'nvs-key-not-ascii': {
    tool: nvs,
    input: 'a key that is not ASCII in the last entry of a page',
    does: 'makes the page longer than 4096 bytes, so that everything after it is misaligned',
    we: 'write it',
  },
  'nvs-key-twice': {
    tool: nvs,
    input: 'a duplicate key in a namespace',
    does: 'writes both; which one the device reads depends on the pages',
    we: 'reject it: nvs.key-duplicate',
  },
  'nvs-key-collision': {
    tool: nvs,
    input: 'two keys with the same 24-bit hash on a page (`c874` and `c200705` in the first namespace)',
    does: 'writes both; the device erases the earlier one at mount',
    we: 'reject it: nvs.key-collision',
  },
  'nvs-line-number-sign': {
    tool: nvs,
    input: 'a quoted value with a line that begins with `#`',
    does: 'silently drops that line',
    we: 'keep it',
  },
  'nvs-comma': {
    tool: nvs,
    input: 'an unquoted value with a comma (`k,data,string,one,two`)',
    does: 'silently cuts the value at the comma',
    we: 'reject it: nvs.csv-fields',
  },
  'nvs-wifi-keys': {
    tool: nvs,
    input: 'the key `sta.ssid`',
    does: 'adds sta.apinfo, sta.pmk and sta.apsw, in any namespace',
    we: 'say so; add them with `--wifi-keys`',
  },
  'nvs-encoding-case': {
    tool: nvs,
    input: 'the encoding `STRING` (`U8` is read as `u8`)',
    does: 'writes the string without its NUL',
    we: 'write it with its NUL',
  },
  'nvs-binary-text': {
    tool: nvs,
    input: 'encoding `binary` with text that is not ASCII',
    does: 'stores the number of characters as the size in bytes, and a CRC of other bytes',
    we: 'store the UTF-8 bytes',
  },
  'nvs-base64': {
    tool: nvs,
    input: 'base64 with invalid characters (`AP*8=`)',
    does: 'silently skips them',
    we: 'reject it: nvs.csv-base64',
  },
  'nvs-fill-file': {
    tool: nvs,
    input: 'encoding `blob_fill` in a row of type `file`',
    does: 'ends with a traceback',
    we: 'pad the content of the file',
  },
  'nvs-byte-order-mark': {
    tool: nvs,
    input: 'a CSV with a byte order mark, as spreadsheets write',
    does: 'ends with a traceback (KeyError)',
    we: 'read it',
  },
  'nvs-hexadecimal': {
    tool: nvs,
    input: 'a number in hexadecimal (`0x10`)',
    does: 'ends with a traceback',
    we: 'read it',
  },
  'nvs-blob-508001': {
    tool: nvs,
    input: 'a blob of more than 508,000 bytes',
    does: 'writes more chunks than the device reads back',
    we: 'reject it: nvs.blob-too-long',
  },
  'nvs-leftover': {
    tool: nvs,
    input: 'more data than fits in the partition, or a number out of range',
    does: 'ends with a traceback and leaves an empty image, possibly in place of a good one',
    we: 'reject it (nvs.image-too-small, nvs.value-out-of-range) before a file is touched',
  },
  'nvs-exit-status': {
    tool: nvs,
    input: 'a size that is not a number',
    does: 'writes no image, but ends with status 0',
    we: 'reject it: nvs.size-invalid, status 1',
  },
  'nvs-key-file-mode': {
    tool: nvs,
    input: '`generate-key`',
    does: 'makes the keys readable by everyone',
    we: 'write keys with mode 0600',
  },
  'nvs-key-generator': {
    tool: nvs,
    input: '`generate-key`',
    does: 'generates keys with `random.choice`, which is not cryptographically secure',
    we: 'generate them with the cryptographic generator of the system',
  },
  'mfg-passcode': {
    tool: mfg,
    input: 'passcode 100000000',
    does: 'accepts it: its range check can never fail; the QR code is malformed',
    we: 'reject it: commissioning.passcode-out-of-range',
  },
  'mfg-discriminator-0': {
    tool: mfg,
    input: 'discriminator 0',
    does: 'generates a random one instead',
    we: 'write 0',
  },
  'mfg-i16': {
    tool: mfg,
    input: 'an i16 value in `--csv`',
    does: 'rejects the type',
    we: 'write it',
  },
  'mfg-fixed-label-16': {
    tool: mfg,
    input: 'a fixed label of 16 characters',
    does: 'rejects it, in the second of its two checks',
    we: 'write up to 16 bytes, as Matter allows',
  },
  'mfg-fixed-label-hex': {
    tool: mfg,
    input: 'a fixed label for endpoint `a`, which its check accepts as hexadecimal',
    does: 'ends with a traceback; but `10` is endpoint ten',
    we: 'take endpoints as numbers, `10` or `0xa`',
  },
  'mfg-date': {
    tool: mfg,
    input: 'manufacturing date 2025-04-16, the format given in its help',
    does: 'rejects it',
    we: 'write YYYYMMDD or YYYY-MM-DD',
  },
  'mfg-serial-17': {
    tool: mfg,
    input: 'a serial number of 17 to 32 characters',
    does: 'rejects it',
    we: 'write up to 32 bytes, as Matter allows',
  },
  'mfg-text-bytes': {
    tool: mfg,
    input: 'a vendor name of 32 characters and 64 bytes',
    does: 'counts characters, and writes more than fits in the buffer of the firmware',
    we: 'reject it: config.text-too-long',
  },
  'mfg-same-key': {
    tool: mfg,
    input: 'the same key in two namespaces of `--csv`',
    does: 'writes the value of the second into both',
    we: 'write each value',
  },
  'mfg-blank-line': {
    tool: mfg,
    input: 'a text with a blank line in it',
    does: 'silently drops the blank line',
    we: 'reject control characters: config.text-invalid',
  },
  'mfg-file-mode': {
    tool: mfg,
    input: 'any device with a DAC',
    does: "leaves the DAC's private key next to the image, readable by everyone",
    we: 'write secrets with mode 0600, and no other file with the key',
  },
} as const satisfies Record<string, Defect>;

/** docs/peers.md. */
export function defectsDocument(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const tables = Object.entries(VERSIONS).map(([tool, version]) => {
    const rows = Object.entries(DEFECTS)
      .filter(([, defect]) => defect.tool === tool)
      .map(([id, { input, does, we }]) => `| ${id} | ${[input, does, we].map(cell).join(' | ')} |`);
    return [
      `## ${tool} ${version}`,
      '',
      '| row | input | what it does | what we do |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
  });
  return `${[
    '# Where we differ from other tools',
    '<!-- Generated from tools/conformance/defects.ts; a test compares them. -->',
    'Random inputs go through these tools and through ours, and must give the same bytes (`npm run peer`). These\nare the known exceptions: `tools/conformance/defects.peer.test.ts` tries each of them, and fails once a tool is fixed.',
    ...tables,
  ].join('\n\n')}\n`;
}
