import {
  type Certificate,
  type Description,
  describeCredential,
  formatChain,
  formatDescription,
  isSignedBy,
  type PublicCredential,
  parsePublicCredentials,
} from 'nvs-core';
import { printableJson, within } from 'nvs-core/errors';
import { displayPath } from '../files';
import { Attempts, readCredentialFile } from './attestation-inputs';
import { type Command, JSON_OPTION } from './command';

interface ShownFile {
  readonly file: string;
  readonly shown: PublicCredential;
}

export const showCommand: Command = {
  usage: 'FILE... [--json]',
  positionals: ['FILE...'],
  options: [JSON_OPTION],
  notes: 'Several certificates are first shown as a tree, each below its issuer.',
  run: (args, terminal) => {
    const attempts = new Attempts();
    const shown = args.positionals.flatMap((file): ShownFile[] => {
      const read = () => within({ file }, () => parsePublicCredentials(readCredentialFile(file)));
      return (attempts.of(read) ?? []).map((one) => ({ file, shown: one }));
    });
    attempts.check();
    if (args.flag('json')) terminal.out(printableJson(shown.map(jsonOf)));
    else terminal.out(textOf(shown));
    return 0;
  },
};

function textOf(shown: readonly ShownFile[]): string {
  const certificates = certificatesOf(shown);
  const tree = certificates.length > 1 ? [formatChain(certificates)] : [];
  const descriptions = shown.map(({ file, shown: one }) => {
    const description = describeCredential(one);
    return formatDescription({ ...description, title: `${description.title} (${displayPath(file)})` });
  });
  return [...tree, ...descriptions].join('\n\n');
}

function certificatesOf(shown: readonly ShownFile[]): Certificate[] {
  return shown.flatMap(({ shown: one }) => (one.kind === 'certificate' ? [one.certificate] : []));
}

/** `signedBy` is the file of the issuing certificate, which is the file itself for a root. */
function jsonOf({ file, shown }: ShownFile, _index: number, all: readonly ShownFile[]): unknown {
  const { kind, title, fields }: Description = describeCredential(shown);
  const issuer =
    shown.kind !== 'certificate'
      ? undefined
      : all.find(
          ({ shown: other }) =>
            other.kind === 'certificate' && isSignedBy(shown.certificate, other.certificate.publicKey),
        );
  return {
    file,
    kind,
    title,
    fields: Object.fromEntries(fields.map(({ label, value }) => [label, value])),
    ...(shown.kind === 'certificate' ? { signedBy: issuer?.file ?? null } : {}),
  };
}
