/** The output files of one device. */
import { join } from 'node:path';
import { encodeNdefUri, formatNvsCsv } from 'nvs-core';
import { codesCsv, codesJson, codesText, type DeviceArtifacts } from '../device';
import type { OutputFile } from '../files';
import { manifestOf } from './device-manifest';
import { efuseFiles } from './efuse-files';
import type { KeptKeys } from './kept-keys';
import { formatManifest } from './manifest';
import { FIXED_NAMES, type OutputNames } from './names';
import { partitionImages } from './partition-images';

/** What the manifest says of a run beside its artifacts. */
export interface RunFacts {
  /** The digest of the inputs, if Nx caches the run. */
  readonly inputs?: string | undefined;
  readonly kept?: KeptKeys;
}

/** All output files. Keys come first and the manifest last, so that it lists files that exist. */
export function outputsOf(
  made: DeviceArtifacts,
  folder: string,
  names: OutputNames,
  { inputs, kept = {} }: RunFacts = {},
): OutputFile[] {
  const { tool, ...facts } = manifestOf(made, names, kept);
  const manifest = formatManifest({ tool, ...(inputs === undefined ? {} : { inputs }), ...facts });
  return [
    ...efuseFiles(made, folder),
    ...partitionImages(made, names).map(({ file, data }) => secret(folder, file, data)),
    ...codeFiles(made, folder, names),
    { path: join(folder, FIXED_NAMES.manifest), data: manifest, secret: false },
  ];
}

/** All output files except the image: the data is written as CSV instead. */
export function outputsWithoutImage(made: DeviceArtifacts, folder: string, names: OutputNames): OutputFile[] {
  return [
    ...efuseFiles(made, folder),
    ...partitionImages(made, names)
      .filter(({ kind }) => kind === 'secure-cert')
      .map(({ file, data }) => secret(folder, file, data)),
    secret(folder, FIXED_NAMES.csv, formatNvsCsv(made.items)),
    ...codeFiles(made, folder, names),
  ];
}

function codeFiles({ codes, config }: DeviceArtifacts, folder: string, names: OutputNames): OutputFile[] {
  if (codes === undefined) return [];
  return [
    ...(names.codesCsv === undefined ? [] : [secret(folder, names.codesCsv, codesCsv(codes))]),
    secret(folder, FIXED_NAMES.codesText, codesText(codes)),
    secret(folder, FIXED_NAMES.codesJson, codesJson(codes)),
    secret(folder, FIXED_NAMES.qrCodeSvg, codes.picture.svg()),
    secret(folder, FIXED_NAMES.qrCodePng, codes.picture.png()),
    ...(config.commissioning.nfcTag ? [secret(folder, FIXED_NAMES.nfcTag, encodeNdefUri(codes.qrCode))] : []),
  ];
}

function secret(folder: string, name: string, data: Uint8Array | string): OutputFile {
  return { path: join(folder, name), data, secret: true };
}
