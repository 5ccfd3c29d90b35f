/** Copies the certificates that commissioners trust, checked, to folders that a config can pin. */
import { basename, join } from 'node:path';
import { formatFindings } from 'nvs-core';
import { printableJson } from 'nvs-core/errors';
import { trustErrors } from '../errors';
import { displayPath, entriesOf, entryOf, type OutputFile, removeFile, writeOutputs } from '../files';
import {
  describeTrusted,
  readTrustSnapshot,
  SNAPSHOT_NAME,
  snapshotName,
  type TrustSnapshot,
  type TrustStore,
} from '../inputs';
import { requiredText } from './attestation-inputs';
import { type Command, JSON_OPTION } from './command';

/** The folders of a snapshot, and the fields of attestation.trust that name them. */
const STORES = [
  { field: 'paa', folder: 'paa', one: 'PAA' },
  { field: 'cdSigners', folder: 'cd-signers', one: 'CD signer' },
] as const;
const LIST = 'trust.json';

export const trustCommand: Command = {
  usage: '--from FOLDER... --to FOLDER [options]',
  positionals: [],
  options: [
    {
      name: 'from',
      value: 'FOLDER',
      list: true,
      description:
        'folders of PAAs, PEM or DER, such as a mirror of the ledger; signers of declarations in them are found',
    },
    {
      name: 'cd-signers',
      value: 'FOLDER',
      list: true,
      description: 'folders of certificates that sign Certification Declarations, whatever they look like',
    },
    {
      name: 'to',
      value: 'FOLDER',
      description: `folder to write: ${STORES.map(({ folder }) => folder).join(', ')} and ${LIST}`,
    },
    JSON_OPTION,
  ],
  notes: [
    'Each certificate is checked and written once, as DER; whatever else is in the folders is named and left out.',
    'The digests that it prints are for "digest" in attestation.trust of a config: there a changed folder is an error.',
    '',
    '  esp32-factory attestation trust --from paa-root-certs cd-certs --to trust',
  ].join('\n'),
  run: (args, terminal) => {
    const to = requiredText(args, 'to', 'the folder to write');
    const cdSignerFolders = args.list('cd-signers') ?? [];
    if (cdSignerFolders.length === 0) requiredText(args, 'from', 'the folder of PAAs to copy');
    const snapshot = readTrustSnapshot({ folders: args.list('from') ?? [], cdSignerFolders });
    const list = listOf(snapshot, new Date());
    writeSnapshot(snapshot, list, to);
    const { findings } = snapshot;
    if (args.flag('json')) {
      terminal.out(printableJson({ folder: to, ...list, findings }));
      return 0;
    }
    if (findings.length > 0) terminal.err(formatFindings(findings, { colour: terminal.colour }));
    terminal.out(textOf(snapshot, to));
    return 0;
  },
};

/** The content of trust.json. */
function listOf(snapshot: TrustSnapshot, created: Date) {
  const stores = STORES.map(({ field }) => {
    const { digest, certificates } = snapshot[field];
    return [field, { digest, certificates: certificates.map(describeTrusted) }];
  });
  return { created: created.toISOString(), ...Object.fromEntries(stores) };
}

/** Writes all files as one set, and removes those of an earlier snapshot. Errors: trust.foreign-file, files.*. */
function writeSnapshot(snapshot: TrustSnapshot, list: object, to: string): void {
  const files = STORES.flatMap(({ field, folder }) =>
    snapshot[field].certificates.map((certificate): OutputFile => {
      return { path: join(to, folder, snapshotName(certificate)), data: certificate.der, secret: false };
    }),
  );
  const written = new Set(files.map(({ path }) => path));
  const stale = STORES.flatMap(({ folder }) => earlierFiles(join(to, folder))).filter(
    (path) => !written.has(path),
  );
  const text = `${printableJson(list)}\n`;
  writeOutputs([...files, { path: join(to, LIST), data: text, secret: false }]);
  for (const path of stale) removeFile(path);
}

/** The files of an earlier snapshot in a folder. Errors: trust.foreign-file, files.*. */
function earlierFiles(folder: string): string[] {
  if (entryOf(folder) === undefined) return [];
  const paths = entriesOf(folder);
  const foreign = paths.find(
    (path) => !SNAPSHOT_NAME.test(basename(path)) || entryOf(path)?.isFile() !== true,
  );
  if (foreign !== undefined) throw trustErrors.error('trust.foreign-file', { path: foreign });
  return paths;
}

function textOf(snapshot: TrustSnapshot, to: string): string {
  const used = STORES.filter(({ field }) => snapshot[field].certificates.length > 0);
  const counts = used.map(({ field, folder, one }) => {
    const { length } = snapshot[field].certificates;
    return `Wrote ${displayPath(join(to, folder))}: ${length} ${one}${length === 1 ? '' : 's'}`;
  });
  const repeated =
    snapshot.repeated === 0 ? [] : [`${snapshot.repeated} were there twice or more, and are written once`];
  const fields = used.map(({ field, folder }) => [field, folderField(join(to, folder), snapshot[field])]);
  const trust = JSON.stringify({ trust: Object.fromEntries(fields) }, null, 2);
  return [...counts, ...repeated, '', 'To pin them, write in "attestation" of a config:', trust].join('\n');
}

function folderField(folder: string, { digest }: TrustStore) {
  return { folder: folder.replaceAll('\\', '/'), digest };
}
